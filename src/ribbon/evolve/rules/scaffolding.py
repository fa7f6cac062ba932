"""The files with which a table of a source comes into the model: its contract, and a warehouse model with its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ribbon.evolve.editing.yaml_text import YamlText
from ribbon.expectations.contract_yaml import scalar
from ribbon.model import Delivery, Edit

__all__ = ["Scaffold", "source_declared", "warehouse_files"]

LOAD_COLUMNS = {"_batch_id": "string", "_loaded_at": "timestamp", "_source_file": "string"}

# The warehouse has no floats: docs/decisions/0004.
EXACT = "numeric(18, 6)"
FLOATS = frozenset({"double", "float", "real"})


@dataclass(frozen=True)
class Scaffold:
    """A table, and what is to be made of it. system, table and the names of columns need no quotes.

    columns: name to type, as contracts write types. filled: columns without a null. key: a column of distinct values.
    pattern: of the files, empty for a source that is declared already. contracts, docs: whether the project keeps its
    contracts, and its pages, in folders that mirror the models. exact: whether floats become numbers of a fixed scale.
    """

    system: str
    table: str
    model: str
    columns: Mapping[str, str]
    delivery: Delivery
    filled: frozenset[str] = frozenset()
    key: str | None = None
    pattern: str = ""
    contracts: bool = True
    docs: bool = False
    exact: bool = True


def source_declared(text: str, path: str, new: Scaffold) -> Edit | None:
    """The contract of the system with one table more; None where it cannot be added to."""
    yaml, place = YamlText(text), ("sources", ("name", new.system), "tables")
    if not yaml.has(*place) or yaml.is_flow(*place):
        return None
    changed = yaml.with_item(*place, lines=list(_source_lines(new)), flow="")
    return Edit(path, text, changed.text) if changed.parses else None


def warehouse_files(new: Scaffold) -> tuple[Edit, ...]:
    """A model that takes the table as it is, with its contract, and its page where the project keeps pages."""
    place = f"warehouse/{new.system}/{new.model}"
    edits = [
        Edit(f"models/{place}.sql", None, "\n".join(_sql(new)) + "\n"),
        Edit(f"{'expectations' if new.contracts else 'models'}/{place}.yml", None, "\n".join(_contract(new)) + "\n"),
    ]
    if new.docs:
        edits.append(Edit(f"docs/{place}.md", None, _page(new)))
    return tuple(edits)


def _source_lines(new: Scaffold) -> Iterator[str]:
    yield f"- name: {scalar(new.table)}"
    yield "  config:"
    yield f"    meta: {{delivery: {new.delivery.value}, file: {scalar(new.pattern)}}}"
    yield "  columns:"
    for name, data_type in new.columns.items():
        tests = ", data_tests: [not_null]" if name in new.filled else ""
        yield f"    - {{name: {scalar(name)}, data_type: {scalar(data_type)}{tests}}}"
    for name, data_type in LOAD_COLUMNS.items():
        yield f"    - {{name: {name}, data_type: {data_type}}}"


def _sql(new: Scaffold) -> Sequence[str]:
    read = f"source('{new.system}', '{new.table}')"
    whole = f"{{{{ latest_batch({read}) }}}} as latest" if new.delivery is Delivery.SNAPSHOT else f"{{{{ {read} }}}}"
    items = [_item(name, data_type, exact=new.exact) for name, data_type in new.columns.items()]
    return (
        "with",
        "",
        "source as (",
        "    select *",
        f"    from {whole}",
        "),",
        "",
        "renamed as (",
        "    select",
        *(f"        {item}{',' if place < len(items) else ''}" for place, item in enumerate(items, 1)),
        "    from source",
        ")",
        "",
        "select * from renamed",
    )


def _item(name: str, data_type: str, *, exact: bool) -> str:
    return f"cast({name} as {EXACT}) as {name}" if exact and data_type in FLOATS else name


def _contract(new: Scaffold) -> Iterator[str]:
    yield "models:"
    yield f"  - name: {scalar(new.model)}"
    yield (
        f"    description: \"{{{{ doc('{new.model}') }}}}\"" if new.docs else f"    description: {scalar(_grain(new))}"
    )
    yield "    columns:"
    for name, data_type in new.columns.items():
        yield f"      - name: {scalar(name)}"
        if data_type:
            yield f"        data_type: {EXACT if new.exact and data_type in FLOATS else data_type}"
        tests = [*(["unique"] if name == new.key else []), *(["not_null"] if name in new.filled else [])]
        if tests:
            yield f"        data_tests: [{', '.join(tests)}]"


def _page(new: Scaffold) -> str:
    return f"{{% docs {new.model} %}}\n{_grain(new)}\n{{% enddocs %}}\n"


def _grain(new: Scaffold) -> str:
    return f"One row per {new.key or f'row of {new.system}.{new.table}'}."
