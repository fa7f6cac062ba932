"""The change that takes logic out of several models into one of the warehouse."""

from collections.abc import Mapping, Sequence

from ribbon.evolve.editing.moving import as_model, selecting, with_query_replaced
from ribbon.evolve.evidence import Seen
from ribbon.evolve.middle import Place, Recurring
from ribbon.evolve.rules.extract_places import (
    Extraction,
    Found,
    columns_of,
    folder_of,
    found_at,
    may_be_modelled,
    name_for,
    says,
)
from ribbon.evolve.rules.model_files import ModelFiles, files_of
from ribbon.model import Edit
from ribbon.sql.canonical import from_json, to_text
from ribbon.sql.written import read_written

__all__ = ["extraction"]


def extraction(seen: Seen, group: Recurring) -> Extraction:
    """The new model, or the one that has the logic already, and what its readers become."""
    modelled = next((place for place in group.places if not place.query.name), None)
    others = [place for place in group.places if place is not modelled]
    found = [each for each in (found_at(seen, place) for place in others) if each is not None]
    whole = len(found) == len(others)
    if modelled is not None:
        name = seen.nodes.nodes[modelled.model].name
        edits = _readers(found, modelled, name) if whole and not _is_mart(seen, modelled) else None
        return Extraction(name, tuple(edits or ()))
    base = _clearest(found)
    name = name_for(seen, base.place if base else group.places[0])
    files = _files(seen, base, name) if base and whole and may_be_modelled(seen, base.place) else None
    edits = _readers(found, base.place, name) if files and base else None
    return Extraction(name, (*files, *edits) if files and edits else ())


def _is_mart(seen: Seen, place: Place) -> bool:
    return seen.nodes.nodes[place.model].use_case is not None


def _clearest(found: Sequence[Found]) -> Found | None:
    """The place whose text becomes the model's: with a name that says something, and CTEs that do."""
    able = [each for each in found if as_model(each.sql, each.query, "it") is not None]
    return max(able, key=lambda each: (says(each.place), len(each.place.query.name)), default=None)


def _files(seen: Seen, base: Found, name: str) -> tuple[Edit, ...] | None:
    types = _types(seen, base, name)
    text = as_model(base.sql, base.query, name, tuple(types))
    told = {column.lower(): data_type for column, data_type in types.items()}
    columns = columns_of(seen, base.place.logic.outputs, told)
    if text is None or columns is None:
        return None
    return files_of(seen, ModelFiles(name, folder_of(seen, base.place), text, columns, _keys(base.place)))


def _types(seen: Seen, base: Found, name: str) -> Mapping[str, str]:
    """The columns as the query names them, with the types that the database gives them; empty where nobody knows."""
    compiled = read_written(seen.nodes.nodes[base.place.model].queries[0], seen.nodes.dialect)
    query = compiled.query(base.place.query.name) if compiled is not None else None
    sql = as_model(compiled, query, name) if compiled is not None and query is not None else None
    return seen.types_of(sql) if sql is not None else {}


def _keys(place: Place) -> tuple[str, ...]:
    """The columns that tell rows apart: the keys of a grouping, where all of them are given back."""
    by_text = {to_text(from_json(output.term)): output.name for output in place.logic.outputs}
    return tuple(by_text[key] for key in place.logic.keys) if by_text.keys() >= set(place.logic.keys) else ()


def _readers(found: Sequence[Found], base: Place, model: str) -> list[Edit] | None:
    edits = [_reader(each, base, model) for each in found]
    return None if any(edit is None for edit in edits) else [edit for edit in edits if edit is not None]


def _reader(found: Found, base: Place, model: str) -> Edit | None:
    names = {output.meaning: output.name for output in base.logic.outputs}
    columns = {output.name: names[output.meaning] for output in found.place.logic.outputs if output.meaning in names}
    if len(columns) != len(found.place.logic.outputs):
        return None
    text = with_query_replaced(found.sql, found.query, selecting(columns, model))
    return None if text is None else Edit(found.path, found.sql.text, text)
