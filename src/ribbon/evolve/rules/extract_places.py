"""Places of logic that is taken out of models: their text, a name for what is new, and where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ribbon.evolve.evidence import Seen
from ribbon.evolve.middle import Place
from ribbon.evolve.rules.follow_edits import declared_type
from ribbon.evolve.rules.model_files import NewColumn
from ribbon.model import Edit, Layer
from ribbon.sql.canonical import COLUMN, Output, Term, from_json, to_text, walk
from ribbon.sql.written import WrittenQuery, WrittenSql, read_written

__all__ = ["Extraction", "Found", "columns_of", "folder_of", "found_at", "may_be_modelled", "name_for", "says"]


SPOKEN = 4  # letters of a name that is more than an abbreviation


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


def found_at(seen: Seen, place: Place) -> Found | None:
    """The text of a place; None where its model has no query of this name, or several."""
    path = seen.nodes.nodes[place.model].file
    text = seen.text(path)
    sql = read_written(text, seen.nodes.dialect) if text is not None else None
    query = sql.query(place.query.name) if sql is not None else None
    return Found(place, path, sql, query) if sql is not None and query is not None else None


def says(place: Place) -> bool:
    """Whether its name says something outside its model; a single word hardly does."""
    return "_" in place.query.name.strip("_")


def name_for(seen: Seen, place: Place) -> str:
    """The query's own name where it says something, else what it reads and by what; one that nothing has yet."""
    taken = {node.name for node in seen.nodes.nodes.values()}
    wanted = place.query.name if says(place) else _plain(place)
    return next(name for name in (wanted, *(f"{wanted}_{number}" for number in range(2, 100))) if name not in taken)


def _plain(place: Place) -> str:
    logic = place.logic
    reads = [each.rsplit(".", 1)[-1].removeprefix("fct_").removeprefix("dim_") for each in logic.reads]
    keys = [key.rsplit(".", 1)[-1].removesuffix("_id").strip("()[]") for key in logic.keys]
    called = place.query.name if len(place.query.name) >= SPOKEN and not keys else ""
    by = f"by_{'_'.join(keys[:2])}" if keys else ""
    return "_".join(filter(None, (*reads[:2], called, by)))


def columns_of(seen: Seen, outputs: Sequence[Output], types: Mapping[str, str]) -> tuple[NewColumn, ...] | None:
    """Outputs as columns of a contract. types: the database's, by names in lower case.

    None where a type is missing, which a contract needs.
    """
    if not types.keys() >= {output.name for output in outputs}:
        return None
    return tuple(_column(seen, output, declared_type(types[output.name])) for output in outputs)


def _column(seen: Seen, output: Output, data_type: str) -> NewColumn:
    term = from_json(output.term)
    return NewColumn(output.name, data_type, _described(seen, term), _restricted(seen, term))


def _restricted(seen: Seen, term: Term) -> bool:
    """Whether it is made from a restricted column."""
    nodes = seen.nodes.nodes
    taken = [(str(part[1]).partition(" ")[0], part[2]) for part in walk(term) if part[:1] == (COLUMN,)]
    return any(name in nodes[relation].restricted for relation, name in taken if relation in nodes)


def _described(seen: Seen, term: Term) -> str:
    """What the column that it takes says of itself, or how it is computed."""
    match term:
        case ("col", str(relation), str(column)):
            said = seen.declared.description(relation.partition(" ")[0], column)
            if said:
                return said
    return f"Computed as {to_text(term)}."


def folder_of(seen: Seen, place: Place) -> str:
    """The folder of the warehouse whose relations it reads most, else the first."""
    files = [PurePosixPath(seen.nodes.nodes[each].file) for each in place.logic.reads if each in seen.nodes.nodes]
    subjects = [str(path.parent) for path in files if path.parts[:2] == ("models", "warehouse")]
    facts = [str(path.parent) for path in files if path.name.startswith("fct_")]
    ranked = sorted(facts or subjects, key=subjects.count, reverse=True)
    return ranked[0] if ranked else "models/warehouse/shared"


def may_be_modelled(seen: Seen, place: Place) -> bool:
    """Whether all that a place reads is of the project, and no mart: a model of the warehouse reads nothing else."""
    nodes = [seen.nodes.nodes.get(key) for key in place.logic.reads]
    return all(node is not None and node.layer is not Layer.MART for node in nodes)
