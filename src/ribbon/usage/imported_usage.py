"""How the project's relations are used, according to the imported query logs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.usage_tables import UsageByRelation, UsageTables, open_usage
from ribbon.lineage import LineageGraph
from ribbon.model import AskedStatement, ColumnUsage, DayUsage, Layer, PersonUsage, Reading, RelationUsage, UseRole
from ribbon.usage.store import import_folders

__all__ = ["Totals", "Usage", "load_usage", "unqueried_columns"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all queries. first, last: the period that the logs cover, UTC; None where no log has times."""

    queries: int = 0
    people: int = 0
    failed: int = 0
    first: datetime | None = None
    last: datetime | None = None


class Usage:
    """Answers from the imported logs; empty where nothing was imported.

    A relation is named by dbt's unique id, or as the SQL names it where the project does not have it. A query counts as
    often as it ran.
    """

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders

    def totals(self) -> Totals:
        """The number of queries and people, and the period."""
        if self._tables is None:
            return Totals()
        first, last, queries, people, failed = self._tables.totals()
        return Totals(queries, people, failed, _utc(first), _utc(last))

    def by_relation(self) -> tuple[RelationUsage, ...]:
        """Each queried relation, the most queried first."""
        return tuple(
            RelationUsage(relation, queries, people, failed, seconds, _utc(first), _utc(last))
            for relation, queries, people, failed, seconds, first, last in (
                self._tables.relations() if self._tables else ()
            )
        )

    def by_column(self, relation: str | None = None) -> tuple[ColumnUsage, ...]:
        """Each column in each role, of one relation or all, the most queried first."""
        return tuple(
            ColumnUsage(of, column, UseRole(role), queries, people, _utc(last))
            for of, column, role, queries, people, last in (self._tables.columns(relation) if self._tables else ())
        )

    def by_person(self, relation: str | None = None) -> tuple[PersonUsage, ...]:
        """The people who queried anything, or one relation, the most active first."""
        return tuple(
            PersonUsage(who, queries, relations, seconds, _utc(first), _utc(last))
            for who, queries, relations, seconds, first, last in (self._tables.people(relation) if self._tables else ())
        )

    def by_day(self, relation: str | None = None) -> tuple[DayUsage, ...]:
        """The days with queries, of one relation or all; running totals have no days."""
        return tuple(DayUsage(*row) for row in (self._tables.days(relation) if self._tables else ()))

    def statements(self) -> tuple[AskedStatement, ...]:
        """The fully understood statements, each once, whatever the values in it."""
        rows = self._tables.statements(Reading.UNDERSTOOD) if self._tables else ()
        return tuple(
            AskedStatement(sql, dialect, queries, frozenset(people or ()), frozenset(weeks or ()), seconds)
            for sql, dialect, queries, people, weeks, seconds in rows
        )

    @cached_property
    def grouped(self) -> UsageByRelation | None:
        """Rows for all relations together, for callers that need each of them; None where nothing was imported."""
        return self._tables.by_relation() if self._tables else None

    def readings(self) -> Mapping[Reading, int]:
        """Queries by how far they are understood."""
        found = self._tables.readings() if self._tables else {}
        return {Reading(reading): queries for reading, queries in found.items()}

    def reasons(self) -> Mapping[str, int]:
        """Why queries are not fully understood, the most frequent reason first."""
        return dict(self._tables.reasons()) if self._tables else {}

    @cached_property
    def _tables(self) -> UsageTables | None:
        return open_usage(self._folders) if self._folders else None


def load_usage(project: ProjectPaths) -> Usage:
    """The imported usage of a project."""
    return Usage(import_folders(project.usage_dir))


def _utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None


def unqueried_columns(usage: Usage, graph: LineageGraph) -> Mapping[str, tuple[str, ...]]:
    """The columns of each mart that no query used, by the mart's unique id.

    All columns of a mart that nobody queried. Empty where nothing was imported, because nothing is known then.
    """
    if not usage.totals().queries:
        return {}
    queried: dict[str, set[str]] = {}
    for use in usage.by_column():
        queried.setdefault(use.relation, set()).add(use.column.casefold())
    found = {
        key: tuple(name for name in node.columns or () if name.casefold() not in queried.get(key, ()))
        for key, node in graph.nodes.items()
        if node.project.layer is Layer.MART
    }
    return {key: columns for key, columns in found.items() if columns}
