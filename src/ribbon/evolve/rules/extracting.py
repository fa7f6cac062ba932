"""The change that takes logic out of several models into one of the warehouse."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ribbon.evolve.editing.moving import as_model, with_query_replaced
from ribbon.evolve.evidence import Seen
from ribbon.evolve.middle import Place, Recurring
from ribbon.evolve.rules.follow_edits import declared_type
from ribbon.evolve.rules.model_files import ModelFiles, NewColumn, files_of
from ribbon.model import Edit
from ribbon.sql.normal import Output, decoded, say
from ribbon.sql.written import WrittenQuery, WrittenSql, read_written

__all__ = ["Extraction", "extraction"]


@dataclass(frozen=True)
class Extraction:
    """model: that the logic is in. edits: None of them where it takes a person."""

    model: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class Found:
    """A place with its text."""

    place: Place
    path: str
    sql: WrittenSql
    query: WrittenQuery


def extraction(seen: Seen, group: Recurring) -> Extraction:
    """The new model, or the one that has the logic already, and what its readers become."""
    modelled = next((place for place in group.places if not place.query.name), None)
    others = [place for place in group.places if place is not modelled]
    found = [each for each in (_found(seen, place) for place in others) if each is not None]
    whole = len(found) == len(others)
    if modelled is not None:
        name = seen.nodes.nodes[modelled.model].name
        edits = _readers(found, modelled, name) if whole and not _is_mart(seen, modelled) else None
        return Extraction(name, tuple(edits or ()))
    base = _clearest(found)
    name = _name(seen, base.place if base else group.places[0])
    files = _files(seen, base, name) if base and whole else None
    edits = _readers(found, base.place, name) if files and base else None
    return Extraction(name, (*files, *edits) if files and edits else ())


def _is_mart(seen: Seen, place: Place) -> bool:
    return seen.nodes.nodes[place.model].use_case is not None


def _found(seen: Seen, place: Place) -> Found | None:
    path = seen.nodes.nodes[place.model].file
    text = seen.text(path)
    sql = read_written(text, seen.nodes.dialect) if text is not None else None
    query = sql.query(place.query.name) if sql is not None else None
    return Found(place, path, sql, query) if sql is not None and query is not None else None


def _clearest(found: Sequence[Found]) -> Found | None:
    """The place whose text becomes the model's: with a name that says something, and CTEs that do."""
    able = [each for each in found if as_model(each.sql, each.query, "it") is not None]
    return max(able, key=lambda each: (_says(each.place), len(each.place.query.name)), default=None)


def _says(place: Place) -> bool:
    """Whether its name says something outside its model; a single word hardly does."""
    return "_" in place.query.name.strip("_")


def _name(seen: Seen, place: Place) -> str:
    """The query's own name where it says something, else what it reads and by what."""
    taken = {node.name for node in seen.nodes.nodes.values()}
    logic = place.logic
    reads = [each.rsplit(".", 1)[-1].removeprefix("fct_").removeprefix("dim_") for each in logic.reads]
    keys = [key.rsplit(".", 1)[-1].removesuffix("_id").strip("()[]") for key in logic.keys]
    plain = "_".join(reads[:2]) + (f"_by_{'_'.join(keys[:2])}" if keys else "")
    wanted = place.query.name if _says(place) else plain
    return next(name for name in (wanted, *(f"{wanted}_{number}" for number in range(2, 100))) if name not in taken)


def _files(seen: Seen, base: Found, name: str) -> tuple[Edit, ...] | None:
    types = _types(seen, base, name)
    text = as_model(base.sql, base.query, name, tuple(types))
    columns = _columns(seen, base, {column.lower(): data_type for column, data_type in types.items()})
    if text is None or columns is None:
        return None
    return files_of(seen, ModelFiles(name, _folder(seen, base.place), text, columns, _keys(base.place)))


def _types(seen: Seen, base: Found, name: str) -> Mapping[str, str]:
    """The columns as the query names them, with the types that the database gives them; empty where nobody knows."""
    compiled = read_written(seen.nodes.nodes[base.place.model].queries[0], seen.nodes.dialect)
    query = compiled.query(base.place.query.name) if compiled is not None else None
    sql = as_model(compiled, query, name) if compiled is not None and query is not None else None
    return seen.types_of(sql) if sql is not None else {}


def _columns(seen: Seen, base: Found, types: Mapping[str, str]) -> tuple[NewColumn, ...] | None:
    """The columns with their types; None where a contract needs types and nobody knows."""
    outputs = base.place.logic.outputs
    if not types.keys() >= {output.name for output in outputs}:
        return None
    return tuple(
        NewColumn(output.name, declared_type(types[output.name]), _described(seen, output)) for output in outputs
    )


def _described(seen: Seen, output: Output) -> str:
    """What the column that it takes says of itself, or how it is computed."""
    term = decoded(output.term)
    match term:
        case ("col", str(relation), str(column)):
            said = seen.declared.description(relation.partition(" ")[0], column)
            if said:
                return said
    return f"Computed as {say(term)}."


def _keys(place: Place) -> tuple[str, ...]:
    """The columns that tell rows apart: the keys of a grouping, where all of them are given back."""
    by_text = {say(decoded(output.term)): output.name for output in place.logic.outputs}
    return tuple(by_text[key] for key in place.logic.keys) if by_text.keys() >= set(place.logic.keys) else ()


def _folder(seen: Seen, place: Place) -> str:
    """The folder of the warehouse whose relations it reads most, else the first."""
    files = [PurePosixPath(seen.nodes.nodes[each].file) for each in place.logic.reads if each in seen.nodes.nodes]
    subjects = [str(path.parent) for path in files if path.parts[:2] == ("models", "warehouse")]
    facts = [str(path.parent) for path in files if path.name.startswith("fct_")]
    ranked = sorted(facts or subjects, key=subjects.count, reverse=True)
    return ranked[0] if ranked else "models/warehouse/shared"


def _readers(found: Sequence[Found], base: Place, model: str) -> list[Edit] | None:
    edits = [_reader(each, base, model) for each in found]
    return None if any(edit is None for edit in edits) else [edit for edit in edits if edit is not None]


def _reader(found: Found, base: Place, model: str) -> Edit | None:
    names = {output.meaning: output.name for output in base.logic.outputs}
    columns = {output.name: names[output.meaning] for output in found.place.logic.outputs if output.meaning in names}
    if len(columns) != len(found.place.logic.outputs):
        return None
    text = with_query_replaced(found.sql, found.query, columns, model)
    return None if text is None else Edit(found.path, found.sql.text, text)
