"""A generated relation and its columns; SQL is put together from them, so that it always fits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

__all__ = ["Column", "Query", "Relation", "aliases", "listed", "unique"]


@dataclass(frozen=True)
class Column:
    """A column. role: what may be done with it; values: of a category, the keys of JSON, the fields of a struct."""

    name: str
    type: str
    role: str
    values: tuple[str, ...] = ()

    def called(self, name: str) -> "Column":
        """The same column under another name."""
        return Column(name, self.type, self.role, self.values)


@dataclass(frozen=True, eq=False)
class Relation:
    """A source table, seed, snapshot or model.

    subject: what a row is about. key: the column that is unique by intent, None where there is none. reads: what it
    refers to. country: where its data is from, `group` for all. depth: models between it and its source.
    """

    name: str
    subject: str
    columns: tuple[Column, ...]
    key: str | None = None
    reads: tuple["Relation", ...] = field(default=(), repr=False)
    country: str = ""
    layer: str = ""
    sql: str = field(default="", repr=False)
    materialized: str = "table"
    source: str = ""

    @cached_property
    def depth(self) -> int:
        """How many models lie on the longest way from a source."""
        return 0 if self.source else 1 + max((read.depth for read in self.reads), default=0)

    @property
    def reference(self) -> str:
        """How a model reads it."""
        return f"{{{{ source('{self.source}', '{self.name}') }}}}" if self.source else f"{{{{ ref('{self.name}') }}}}"

    def having(self, *roles: str) -> list[Column]:
        """Its columns of these roles."""
        return [column for column in self.columns if column.role in roles]

    def has(self, name: str) -> bool:
        """Whether it has a column of this name."""
        return any(column.name == name for column in self.columns)


class Query:
    """A query in CTEs, the last of which is selected."""

    def __init__(self) -> None:
        self._ctes: list[tuple[str, str]] = []

    def add(self, name: str, body: str) -> "Query":
        """Another CTE."""
        self._ctes.append((name, body.strip("\n")))
        return self

    def read(self, draw: Random, name: str, relation: Relation) -> "Query":
        """An import CTE: all of the relation, or its columns by name."""
        if draw.random() < 0.7:
            return self.add(name, f"select * from {relation.reference}")
        return self.add(
            name, f"select\n{listed(column.name for column in relation.columns)}\nfrom {relation.reference}"
        )

    def text(self, final: str | None = None) -> str:
        """The SQL; final: the last select, otherwise all of the last CTE."""
        parts = [f"{name} as (\n\n{_indented(body)}\n\n)" for name, body in self._ctes]
        return "with " + ",\n\n".join(parts) + f"\n\n{final or 'select * from ' + self._ctes[-1][0]}\n"


def listed(expressions: Iterable[str]) -> str:
    """A select list, one expression a line."""
    return ",\n".join(f"    {expression}" for expression in expressions)


def aliases(relations: Iterable[Relation]) -> list[str]:
    """What a query calls the relations that it joins to its base: their subjects, each once."""
    names: list[str] = []
    for relation in relations:
        name, number = f"{relation.subject}s", 1
        while name in names:
            number += 1
            name = f"{relation.subject}s_{number}"
        names.append(name)
    return names


def unique(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The first column of each name."""
    found: dict[str, Column] = {}
    for column in columns:
        found.setdefault(column.name, column)
    return tuple(found.values())


def _indented(body: str) -> str:
    return "\n".join(f"    {line}" if line.strip() else "" for line in body.splitlines())
