"""The logic of a project's models, found in the cache or read now."""

import zlib
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from ribbon.evolve.middle.logic import Middle
from ribbon.lineage import LineageGraph, LineageNode
from ribbon.processes import spread
from ribbon.sql.canonical import Blocks, Reading, Unreadable, read_blocks, read_logic
from ribbon.sql.tables import Table, Tables
from ribbon.store import Cache, New, code_version

__all__ = ["Relation", "Task", "load_blocks", "load_logic", "reading_of", "relation_of"]

CODE = ("sql", "evolve/middle/loading.py")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Reading)


class Relation(NamedTuple):
    """What a query may name. columns: None where nobody knows them; complete: whether there are no others."""

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
) -> Middle:
    """What each model's SQL means. progress: gets how many of those that had to be read are done, of how many.

    What was read is kept in `cache_dir`, by content. Raises WorldError where a worker dies.
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
    return Middle(graph, readings, tuple(cache.notes))


def load_blocks(graph: LineageGraph, model: str, dialect: str) -> Blocks:
    """The queries of a model as blocks, which SQL can be written from. Raises Unreadable where they cannot be read."""
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
    told = msgspec.msgpack.encode((dialect, sql, relations))
    return Task(blake2b(told, digest_size=16).digest(), dialect, sql, relations)


def relation_of(node: LineageNode) -> Relation:
    """A relation of the project, as a query may name it."""
    project = node.project
    complete = node.complete if project.queries else project.columns_from.complete
    return Relation(project.unique_id, project.path, None if node.columns is None else tuple(node.columns), complete)


def reading_of(task: Task) -> Reading:
    """What a query means. Where YAML leaves out a column that the query names, what YAML lists does not count."""
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
    """The relations, without the columns of those of which YAML leaves some out."""
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
