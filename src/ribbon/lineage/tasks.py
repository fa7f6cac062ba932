"""What a worker gets and gives back when it analyses a node: plain values that travel between processes."""

from collections.abc import Callable
from typing import NamedTuple

from ribbon.lineage.schemas import Columns, Schema
from ribbon.lineage.traces import Found
from ribbon.model import Asked, Unresolved

__all__ = ["Analyser", "Outcome", "Relation", "Task", "relation_of"]


class Relation(NamedTuple):
    """A relation that the SQL of a node may read. complete: whether it has no other columns than these."""

    key: str
    path: tuple[str, ...]
    columns: Columns
    complete: bool


def relation_of(key: str, schema: Schema) -> Relation:
    """The relation as it travels."""
    return Relation(key, schema.path, schema.columns, schema.complete)


class Task(NamedTuple):
    """A node to analyse. this: the node itself, as an incremental model reads it. relations: what else it may read."""

    key: str
    dialect: str
    queries: tuple[str, ...]
    this: Relation
    relations: tuple[Relation, ...]


class Outcome(NamedTuple):
    """What the analysis found. named: whether it asked for the names of its columns. body: the lineage."""

    key: str
    columns: tuple[Found, ...]
    complete: bool
    unresolved: tuple[Unresolved, ...]
    asked: tuple[Asked, ...]
    named: bool
    body: bytes


# What analyses a node; a function at the top of a module, for it goes to other processes by name.
Analyser = Callable[[Task], Outcome]
