"""The change that lets the reader of models read what they are made of, and takes the models away."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ribbon.evolve.editing.yaml_text import YamlText
from ribbon.evolve.evidence import Seen
from ribbon.model import Edit
from ribbon.sql.canonical import from_json

__all__ = ["bypass"]

# A word after a relation that is no alias of it.
CLAUSES = frozenset(
    [
        "as",
        "on",
        "using",
        "where",
        "group",
        "order",
        "having",
        "qualify",
        "limit",
        "union",
        "except",
        "intersect",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "natural",
        "join",
        "asof",
        "semi",
        "anti",
        "positional",
        "window",
        "tablesample",
    ]
)


def bypass(seen: Seen, chain: Sequence[str]) -> tuple[Edit, ...]:
    """The SQL of the reader of models that hand on one after the other, and their files gone.

    Nothing where that takes a person.
    """
    node = seen.nodes.nodes[chain[-1]]
    reader = seen.nodes.nodes[seen.readers[chain[-1]][0]]
    text, gone = seen.text(reader.file), [_files(seen, model) for model in chain]
    if text is None or None in gone or any(seen.declared.words_of_tests_reading(model) for model in chain):
        return ()
    changed = _read_past(text, node.name, _parent_sql(seen, chain))
    if changed is None:
        return ()
    return (Edit(reader.file, text, changed), *(edit for edits in gone for edit in edits or ()))


def _parent_sql(seen: Seen, chain: Sequence[str]) -> str:
    """What stands for the models: the relation that the first reads, under the names that the last gives."""
    relation = f"{{{{ ref('{seen.nodes.nodes[seen.nodes.nodes[chain[0]].parents[0]].name}') }}}}"
    taken = _taken(seen, chain[-1])
    for model in reversed(chain[:-1]):
        below = _taken(seen, model)
        taken = {name: below[column] for name, column in taken.items()}
    if all(column == name for name, column in taken.items()):
        return relation
    items = ", ".join(column if column == name else f"{column} as {name}" for name, column in taken.items())
    return f"(select {items} from {relation})"  # noqa: S608 - SQL of a model, from its own SQL


def _taken(seen: Seen, model: str) -> dict[str, str]:
    """The columns that a model hands on, by the names that it gives them."""
    outputs = seen.middle.readings[model].queries[-1].logic.outputs
    return {output.name: str(from_json(output.term)[2]) for output in outputs}


def _read_past(text: str, model: str, instead: str) -> str | None:
    call = re.compile(
        r"\{\{-?\s*ref\(\s*['\"]" + re.escape(model) + r"['\"]\s*\)\s*-?\}\}(\s+(?:as\s+)?(\w+))?", re.IGNORECASE
    )
    found = list(call.finditer(text))
    if not found or any(text[: match.start()].rstrip().endswith("depends_on:") for match in found):
        return None
    return call.sub(lambda match: _relation(match, model, instead), text)


def _relation(match: re.Match[str], model: str, instead: str) -> str:
    """The relation with the alias it had, or with its old name for one, since columns may be called by that."""
    after = match[1] or ""
    alias = "" if (match[2] or "").lower() not in CLAUSES | {""} else f" as {model}"
    return f"{instead}{alias}{after}"


def _files(seen: Seen, model: str) -> tuple[Edit, ...] | None:
    """All of the model's files, to be deleted; None where its contract declares others too."""
    node, declared = seen.nodes.nodes[model], seen.declared.node(model)
    paths = [node.file]
    if declared.contract:
        yaml = YamlText(seen.text(declared.contract) or "")
        if len(yaml.items("models")) != 1:
            return None
        paths.append(declared.contract)
    page = str(PurePosixPath("docs", *PurePosixPath(node.file).parts[1:]).with_suffix(".md"))
    if seen.text(page) is not None:
        paths.append(page)
    return tuple(Edit(path, seen.text(path), None) for path in paths)
