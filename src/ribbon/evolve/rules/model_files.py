"""The files with which a model of the warehouse comes into a project: its SQL, its contract, its page."""

from collections.abc import Iterator
from dataclasses import dataclass

from ribbon.evolve.evidence import Seen
from ribbon.expectations.contract_yaml import scalar
from ribbon.model import Edit

__all__ = ["ModelFiles", "NewColumn", "files_of"]


@dataclass(frozen=True)
class NewColumn:
    """A column, its type as contracts write it, and a sentence about it. restricted: whether it shows no values."""

    name: str
    data_type: str
    description: str
    restricted: bool = False


@dataclass(frozen=True)
class ModelFiles:
    """A model. folder: of its SQL, from the project's. keys: what it has one row of each; empty if nobody knows."""

    name: str
    folder: str
    sql: str
    columns: tuple[NewColumn, ...]
    keys: tuple[str, ...] = ()


def files_of(seen: Seen, new: ModelFiles) -> tuple[Edit, ...]:
    """Its files, where the project keeps them: contracts and pages in folders that mirror the models, or beside."""
    root, mirror = seen.project.project_dir, new.folder.removeprefix("models/")
    contracts = f"expectations/{mirror}" if (root / "expectations").is_dir() else new.folder
    documented = (root / "docs" / "warehouse").is_dir()
    edits = [
        Edit(f"{new.folder}/{new.name}.sql", None, new.sql),
        Edit(f"{contracts}/{new.name}.yml", None, "\n".join(_contract(new, documented=documented)) + "\n"),
    ]
    if documented:
        edits.append(Edit(f"docs/{mirror}/{new.name}.md", None, _page(new)))
    return tuple(edits)


def _contract(new: ModelFiles, *, documented: bool) -> Iterator[str]:
    described = f"\"{{{{ doc('{new.name}') }}}}\"" if documented else scalar(_grain(new))
    yield from ("models:", f"  - name: {scalar(new.name)}", f"    description: {described}")
    if len(new.keys) > 1:
        yield f"    data_tests: [expect_grain: {{arguments: {{columns: [{', '.join(map(scalar, new.keys))}]}}}}]"
    yield "    columns:"
    for column in new.columns:
        yield f"      - name: {scalar(column.name)}"
        yield f"        data_type: {column.data_type}"
        yield f"        description: {scalar(column.description)}"
        if column.restricted:
            yield "        config: {meta: {restricted: true}}"
        if new.keys == (column.name,):
            yield "        data_tests: [unique]"


def _page(new: ModelFiles) -> str:
    return f"{{% docs {new.name} %}}\n{_grain(new)}\n{{% enddocs %}}\n"


def _grain(new: ModelFiles) -> str:
    return f"One row per {' and '.join(new.keys)}." if new.keys else f"One row per row of {new.name}; say what that is."
