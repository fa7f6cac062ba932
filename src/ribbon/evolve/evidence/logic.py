"""What the SQL of each model means, read once and cached by content."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from ribbon.lineage import LineageGraph, LineageNode
from ribbon.processes import spread
from ribbon.sql.canonical import (
    COLUMN,
    Blocks,
    Logic,
    Reading,
    SubQuery,
    Term,
    Unreadable,
    Upstream,
    digest,
    from_json,
    read_blocks,
    read_logic,
    trace_upstream,
    walk,
)
from ribbon.sql.tables import Table, Tables
from ribbon.store import Cache, New, code_version

__all__ = ["Place", "ProjectLogic", "Relation", "Task", "load_blocks", "load_logic", "reading_of", "relation_of"]

# A meaning with more parts than this is replaced by its fingerprint, or it would grow with every model.
LARGEST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """A query in the SQL of a model."""

    model: str
    query: SubQuery

    @property
    def logic(self) -> Logic:
        """What the query means."""
        return self.query.logic


@dataclass(frozen=True)
class ProjectLogic:
    """What the SQL of each model means. readings: by unique id. notes: warnings for the user."""

    graph: LineageGraph
    readings: Mapping[str, Reading]
    notes: tuple[str, ...] = ()
    _meanings: dict[tuple[str, str], Term | None] = field(default_factory=dict, repr=False)
    _beginnings: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def places(self) -> Iterator[Place]:
        """Every query of every model."""
        for model, reading in self.readings.items():
            for query in reading.queries:
                yield Place(model, query)

    def whole(self, model: str) -> Logic | None:
        """The logic of a model; None where its SQL could not be read, or it has none."""
        reading = self.readings.get(model)
        return reading.queries[-1].logic if reading is not None and not reading.unread and reading.queries else None

    @cached_property
    def unread(self) -> Mapping[str, str]:
        """Models whose SQL could not be fully read, and why."""
        return {model: reading.unread for model, reading in self.readings.items() if reading.unread}

    def meaning(self, model: str, column: str) -> Term | None:
        """What a column means in terms of sources and seeds, through all models in between."""
        key = (model, column.lower())
        if key not in self._meanings:
            self._meanings[key] = None  # ends the recursion at a model that reads itself
            found = self.described(model, column, self.meaning)
            self._meanings[key] = found if found is None or _size(found) <= LARGEST else ("deep", digest(found))
        return self._meanings[key]

    def described(self, model: str, column: str, upstream: Upstream) -> Term | None:
        """What a column means in terms of what `upstream` returns for the columns that the model reads."""
        logic = self.whole(model)
        output = next((each for each in logic.outputs if each.name == column.lower()), None) if logic else None
        if logic is None or output is None:
            return None
        return trace_upstream(from_json(output.term), upstream, logic.reads)

    def begins(self, relation: str) -> frozenset[str]:
        """The sources and seeds that the values of a relation come from."""
        logic = self.whole(relation)
        if logic is None:
            return frozenset({relation})
        if relation not in self._beginnings:
            terms = [self.meaning(relation, output.name) for output in logic.outputs]
            found = (str(part[1]) for term in terms if term for part in walk(term) if part[:1] == (COLUMN,))
            self._beginnings[relation] = frozenset(each for each in found if each in self.graph.nodes)
        return self._beginnings[relation]


def _size(term: Term) -> int:
    return 1 if isinstance(term, str) else sum(_size(part) for part in term)


CODE = ("sql", "evolve/evidence/logic.py")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Reading)


class Relation(NamedTuple):
    """A relation as a query may name it. columns: None if unknown; complete: whether there are no others."""

    key: str
    path: tuple[str, ...]
    columns: tuple[str, ...] | None
    complete: bool


class Task(NamedTuple):
    """A query to read."""

    key: bytes
    dialect: str
    sql: str
    relations: tuple[Relation, ...]


def load_logic(
    graph: LineageGraph, dialect: str, cache_dir: Path, progress: Callable[[int, int], None] | None = None
) -> ProjectLogic:
    """What each model's SQL means. progress: gets how many of the models to read are done, of how many.

    The results are cached in `cache_dir`, by content. Raises WorldError where a worker process dies.
    """
    cache = Cache(cache_dir, "logic", code_version(CODE, "sqlglot"))
    known = cache.entries()
    tasks = {key: _task(node, graph, dialect) for key, node in graph.nodes.items() if node.project.queries}
    missing = [task for task in tasks.values() if task.key not in known]
    bodies = dict(zip((task.key for task in missing), spread(_read, missing, progress), strict=True))
    used = [known[task.key][0].id for task in tasks.values() if task.key in known]
    cache.save([New(key, body=body) for key, body in bodies.items()], used)
    readings = {
        model: _decoded(bodies.get(task.key) or cache.body(known[task.key][0].id), cache)
        for model, task in tasks.items()
    }
    return ProjectLogic(graph, readings, tuple(cache.notes))


def load_blocks(graph: LineageGraph, model: str, dialect: str) -> Blocks:
    """The queries of a model as blocks, from which SQL can be written. Raises Unreadable where that fails."""
    task = _task(graph.nodes[model], graph, dialect)
    try:
        return read_blocks(task.sql, dialect, _tables(task.relations))
    except Unreadable:
        return read_blocks(task.sql, dialect, _tables(_unlisted(task.relations)))


def _task(node: LineageNode, graph: LineageGraph, dialect: str) -> Task:
    project = node.project
    keys = (*project.parents, project.unique_id)
    relations = tuple(relation_of(graph.nodes[key]) for key in keys if key in graph.nodes)
    sql = project.queries[0]
    content = msgspec.msgpack.encode((dialect, sql, relations))
    return Task(blake2b(content, digest_size=16).digest(), dialect, sql, relations)


def relation_of(node: LineageNode) -> Relation:
    """A relation of the project, as a query may name it."""
    project = node.project
    complete = node.complete if project.queries else project.columns_from.complete
    return Relation(project.unique_id, project.path, None if node.columns is None else tuple(node.columns), complete)


def reading_of(task: Task) -> Reading:
    """What a query means. Columns listed in YAML are ignored where the query names others."""
    reading = read_logic(task.sql, task.dialect, _tables(task.relations))
    unlisted = _unlisted(task.relations)
    if reading.unread and unlisted != task.relations:
        other = read_logic(task.sql, task.dialect, _tables(unlisted))
        reading = reading if other.unread else other
    return reading


def _read(task: Task) -> bytes:
    """The reading, encoded."""
    return zlib.compress(_encoder.encode(reading_of(task)), 1)


def _unlisted(relations: Sequence[Relation]) -> tuple[Relation, ...]:
    """The relations, without the columns of those whose YAML is incomplete."""
    return tuple(each if each.complete else each._replace(columns=None) for each in relations)


def _tables(relations: Sequence[Relation]) -> Tables:
    return Tables(
        Table(each.key, each.path, None if each.columns is None else dict.fromkeys(each.columns)) for each in relations
    )


def _decoded(body: bytes, cache: Cache) -> Reading:
    try:
        return _decoder.decode(zlib.decompress(body))
    except (zlib.error, msgspec.DecodeError) as error:
        raise cache.damaged(str(error)) from error
