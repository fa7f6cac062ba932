"""The edits that extract shared logic: a new warehouse model, and its readers rewritten to select from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ribbon.engines.duckdb_file import quoted
from ribbon.evolve.edit_sql import as_model, selecting, with_query_replaced
from ribbon.evolve.edit_yaml import declared_type
from ribbon.evolve.evidence.logic import Place, load_blocks
from ribbon.evolve.evidence.project import ProjectEvidence
from ribbon.evolve.evidence.recurring_logic import Level, Recurring
from ribbon.evolve.new_model import NewColumn, NewModel, has_contracts, has_pages, model_files
from ribbon.model import Edit, Layer
from ribbon.sql.canonical import (
    COLUMN,
    Block,
    ExpressionQueries,
    Output,
    Shared,
    Statement,
    Term,
    Unreadable,
    from_json,
    logic_of,
    share_columns,
    share_groups,
    share_rows,
    to_text,
    walk,
    write,
)
from ribbon.sql.written import WrittenQuery, WrittenSql, read_written

__all__ = ["Extraction", "shared_extraction", "whole_extraction"]

# A name of a query with fewer letters is taken for an abbreviation.
SPOKEN = 4


@dataclass(frozen=True)
class Extraction:
    """model: the one with the logic. edits: empty where they cannot be made automatically."""

    model: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class WrittenPlace:
    """A place with its text."""

    place: Place
    path: str
    sql: WrittenSql
    query: WrittenQuery


def whole_extraction(seen: ProjectEvidence, group: Recurring) -> Extraction:
    """The same query in several models becomes a new model, or its readers select from a model that already has it."""
    modelled = next((place for place in group.places if not place.query.name), None)
    others = [place for place in group.places if place is not modelled]
    written = [each for each in (_written(seen, place) for place in others) if each is not None]
    complete = len(written) == len(others)
    if modelled is not None:
        model = seen.nodes.nodes[modelled.model]
        edits = _reader_edits(written, modelled, model.name) if complete and model.use_case is None else None
        return Extraction(model.name, tuple(edits or ()))
    base = _clearest(written)
    name = _name_for(seen, base.place if base else group.places[0])
    files = _whole_files(seen, base, name) if base and complete and _may_be_modelled(seen, base.place) else None
    edits = _reader_edits(written, base.place, name) if files and base else None
    return Extraction(name, (*files, *edits) if files and edits else ())


def shared_extraction(seen: ProjectEvidence, group: Recurring) -> Extraction | None:
    """A new model with the groups, rows or columns that several queries share, and their readers.

    None where a part cannot be written, or where the database cannot be queried for types.
    """
    if not seen.paths.build_file.is_file() or not _may_be_modelled(seen, group.places[0]):
        return None
    written = [each for each in (_written(seen, place) for place in group.places) if each is not None]
    if len(written) < len(group.places):
        return None
    written.sort(key=lambda each: (not _is_named_well(each.place), -len(each.place.query.name)))
    name = _name_for(seen, written[0].place)
    try:
        edits = _sharing(seen, group.level, name, written).edits()
    except Unreadable:
        return None
    return Extraction(name, edits) if edits else None


def _written(seen: ProjectEvidence, place: Place) -> WrittenPlace | None:
    """A place with its text; None where its model has no query of this name, or several."""
    path = seen.nodes.nodes[place.model].file
    text = seen.text(path)
    sql = read_written(text, seen.nodes.dialect) if text is not None else None
    query = sql.query(place.query.name) if sql is not None else None
    return WrittenPlace(place, path, sql, query) if sql is not None and query is not None else None


def _clearest(written: Sequence[WrittenPlace]) -> WrittenPlace | None:
    """The place whose text becomes the new model: the one with the best name."""
    able = [each for each in written if as_model(each.sql, each.query, "it") is not None]
    return max(able, key=lambda each: (_is_named_well(each.place), len(each.place.query.name)), default=None)


def _whole_files(seen: ProjectEvidence, base: WrittenPlace, name: str) -> tuple[Edit, ...] | None:
    types = _column_types(seen, base, name)
    text = as_model(base.sql, base.query, name, tuple(types))
    columns = _columns(seen, base.place.logic.outputs, types)
    if text is None or columns is None:
        return None
    return model_files(_new_model(seen, base.place, name, _keys(base.place)).containing(text, columns))


def _column_types(seen: ProjectEvidence, base: WrittenPlace, name: str) -> Mapping[str, str]:
    """The columns as the query names them, with the database's types; empty where those are unknown."""
    compiled = read_written(seen.nodes.nodes[base.place.model].queries[0], seen.nodes.dialect)
    query = compiled.query(base.place.query.name) if compiled is not None else None
    sql = as_model(compiled, query, name) if compiled is not None and query is not None else None
    return seen.types_of(sql) if sql is not None else {}


def _keys(place: Place) -> tuple[str, ...]:
    """The columns that identify a row: the keys of a grouping, if all of them are returned."""
    by_text = {to_text(from_json(output.term)): output.name for output in place.logic.outputs}
    return tuple(by_text[key] for key in place.logic.keys) if by_text.keys() >= set(place.logic.keys) else ()


def _reader_edits(written: Sequence[WrittenPlace], base: Place, model: str) -> list[Edit] | None:
    edits = [_reader_edit(each, base, model) for each in written]
    return None if any(edit is None for edit in edits) else [edit for edit in edits if edit is not None]


def _reader_edit(written: WrittenPlace, base: Place, model: str) -> Edit | None:
    names = {output.meaning: output.name for output in base.logic.outputs}
    outputs = written.place.logic.outputs
    columns = {output.name: names[output.meaning] for output in outputs if output.meaning in names}
    if len(columns) != len(outputs):
        return None
    text = with_query_replaced(written.sql, written.query, selecting(columns, model))
    return None if text is None else Edit(written.path, written.sql.text, text)


@dataclass(frozen=True)
class Sharing:
    """What places share. name: of the new model. places: in the order of the readers in `shared`."""

    seen: ProjectEvidence
    name: str
    places: Sequence[WrittenPlace]
    shared: Shared
    expression_queries: ExpressionQueries

    def edits(self) -> tuple[Edit, ...] | None:
        """The files of the new model, and its readers. Raises Unreadable where SQL cannot be written."""
        files = self._files()
        if files is None:
            return None
        readers: list[Edit] = []
        for written, block in zip(self.places, self.shared.readers, strict=True):
            instead = self._statement(block).naming(lambda _: f"{{{{ ref('{self.name}') }}}}")
            text = with_query_replaced(written.sql, written.query, instead)
            if text is None:
                return None
            readers.append(Edit(written.path, written.sql.text, text))
        return (*files, *readers)

    def _files(self) -> tuple[Edit, ...] | None:
        seen, statement = self.seen, self._statement(self.shared.model)
        types = seen.types_of(statement.naming(lambda key: quoted(*seen.nodes.nodes[key].path)))
        columns = _columns(seen, logic_of(self.shared.model).outputs, types)
        if columns is None:
            return None
        text = statement.naming(lambda key: _reference(seen, key)) + "\n"
        new = _new_model(seen, self.places[0].place, self.name, self.shared.keys)
        return model_files(new.containing(text, columns))

    def _statement(self, block: Block) -> Statement:
        return write(block, self.expression_queries, self.seen.nodes.dialect)


def _sharing(seen: ProjectEvidence, level: Level, name: str, places: Sequence[WrittenPlace]) -> Sharing:
    inner, blocks = ExpressionQueries(), []
    for each in places:
        read = load_blocks(seen.graph, each.place.model, seen.nodes.dialect)
        block = read.find(each.place.query)
        if block is None:
            raise Unreadable(f"{each.path}: {each.place.query.name} cannot be found again")
        inner.update(read.expression_queries)
        blocks.append(block)
    label = f"model.{seen.nodes.name}.{name}"
    return Sharing(seen, name, places, _shared(level, places[0].place, blocks, label), inner)


def _shared(level: Level, place: Place, blocks: Sequence[Block], label: str) -> Shared:
    if level is Level.GROUPING:
        return share_groups(blocks, label)
    chosen = place.logic.later and not place.logic.keys
    return (share_rows if chosen else share_columns)(blocks, label)


def _reference(seen: ProjectEvidence, key: str) -> str:
    """A relation as a model names it, in Jinja. Raises Unreadable where a name is not enough."""
    node = seen.nodes.nodes[key]
    if not key.endswith(f".{node.name}") or not re.fullmatch(r"[\w.-]+", f"{node.system or ''}{node.name}"):
        raise Unreadable(f"{key} is a version of a model, or its name is no word")
    if node.resource_type == "source":
        return f"{{{{ source('{node.system}', '{node.name}') }}}}"
    package = "" if node.package == seen.nodes.name else f"'{node.package}', "
    return f"{{{{ ref({package}'{node.name}') }}}}"


def _may_be_modelled(seen: ProjectEvidence, place: Place) -> bool:
    """Whether a warehouse model may read all that a place reads: relations of the project that are no marts."""
    nodes = [seen.nodes.nodes.get(key) for key in place.logic.reads]
    return all(node is not None and node.layer is not Layer.MART for node in nodes)


def _new_model(seen: ProjectEvidence, place: Place, name: str, keys: tuple[str, ...]) -> NewModel:
    grain = f"One row per {' and '.join(keys)}." if keys else f"One row per row of {name}; say what that is."
    folder, contracts, pages = _folder_of(seen, place), has_contracts(seen), has_pages(seen)
    return NewModel(name, folder, grain, keys=keys, contracts=contracts, pages=pages)


def _folder_of(seen: ProjectEvidence, place: Place) -> str:
    """The warehouse folder whose relations it reads most, else the first one."""
    files = [PurePosixPath(seen.nodes.nodes[each].file) for each in place.logic.reads if each in seen.nodes.nodes]
    subjects = [str(path.parent) for path in files if path.parts[:2] == ("models", "warehouse")]
    facts = [str(path.parent) for path in files if path.name.startswith("fct_")]
    ranked = sorted(facts or subjects, key=subjects.count, reverse=True)
    return ranked[0] if ranked else "models/warehouse/shared"


def _name_for(seen: ProjectEvidence, place: Place) -> str:
    """The query's own name if it means something, else what it reads and groups by; with a number where it is taken."""
    taken = {node.name for node in seen.nodes.nodes.values()}
    wanted = place.query.name if _is_named_well(place) else _described_name(place)
    return next(name for name in (wanted, *(f"{wanted}_{number}" for number in range(2, 100))) if name not in taken)


def _is_named_well(place: Place) -> bool:
    """Whether the name of its query means something outside the model; a single word hardly does."""
    return "_" in place.query.name.strip("_")


def _described_name(place: Place) -> str:
    logic = place.logic
    reads = [each.rsplit(".", 1)[-1].removeprefix("fct_").removeprefix("dim_") for each in logic.reads]
    keys = [key.rsplit(".", 1)[-1].removesuffix("_id").strip("()[]") for key in logic.keys]
    called = place.query.name if len(place.query.name) >= SPOKEN and not keys else ""
    by = f"by_{'_'.join(keys[:2])}" if keys else ""
    return "_".join(filter(None, (*reads[:2], called, by)))


def _columns(
    seen: ProjectEvidence, outputs: Sequence[Output], types: Mapping[str, str]
) -> tuple[NewColumn, ...] | None:
    """Outputs as columns of a contract. types: the database's, by name. None where a type is unknown."""
    known = {name.lower(): declared_type(data_type) for name, data_type in types.items()}
    if not known.keys() >= {output.name for output in outputs}:
        return None
    return tuple(_column(seen, output, known[output.name]) for output in outputs)


def _column(seen: ProjectEvidence, output: Output, data_type: str) -> NewColumn:
    term = from_json(output.term)
    return NewColumn(output.name, data_type, _description(seen, term), _is_restricted(seen, term))


def _is_restricted(seen: ProjectEvidence, term: Term) -> bool:
    """Whether it is computed from a restricted column."""
    nodes = seen.nodes.nodes
    taken = [(str(part[1]).partition(" ")[0], part[2]) for part in walk(term) if part[:1] == (COLUMN,)]
    return any(name in nodes[relation].restricted for relation, name in taken if relation in nodes)


def _description(seen: ProjectEvidence, term: Term) -> str:
    """The description of the column that it selects, or how it is computed."""
    match term:
        case ("col", str(relation), str(column)):
            description = seen.declared.description(relation.partition(" ")[0], column)
            if description:
                return description
    return f"Computed as {to_text(term)}."
