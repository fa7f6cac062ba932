"""What the query logs show: how much of the project's use they cover, and which questions people repeat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from ribbon.evolve.thresholds import Thresholds
from ribbon.lineage import LineageGraph, LineageNode, ProjectNodes
from ribbon.model import AskedStatement, Layer, Reading
from ribbon.sql.canonical import Logic, read_logic
from ribbon.sql.tables import Table, Tables
from ribbon.usage import Usage

__all__ = ["LogCoverage", "Question", "questions"]

# Queries that no person sent, or that read no relation, hide no use.
CLEAR = (Reading.UNDERSTOOD, Reading.NOTHING, Reading.PIPELINE)

ALWAYS = date.max


@dataclass(frozen=True)
class LogCoverage:
    """The imported logs, measured against the settings. Days are UTC."""

    usage: Usage
    graph: LineageGraph
    thresholds: Thresholds

    @property
    def is_empty(self) -> bool:
        """Whether nothing was imported."""
        return not self.usage.totals().queries

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of the logs; None where no log has times."""
        totals = self.usage.totals()
        return (totals.first.date(), totals.last.date()) if totals.first and totals.last else None

    @cached_property
    def understood_share(self) -> float:
        """The share of queries that are fully understood, 0 to 1."""
        readings = self.usage.readings()
        total = sum(readings.values())
        return sum(readings.get(reading, 0) for reading in CLEAR) / total if total else 0.0

    @cached_property
    def cutoff(self) -> date | None:
        """What nobody has queried since this day is unused; None where the logs have no times."""
        return self.days[1] - timedelta(days=self.thresholds.unused_after_days) if self.days else None

    @cached_property
    def insufficient(self) -> str | None:
        """Why nothing can be called unused by these logs; None where it can."""
        needed = self.thresholds.unused_after_days
        if self.is_empty:
            return "No query log is imported: nothing can be called unused."
        if self.days is None or self.cutoff is None:
            return "The query logs have no times: nothing can be called unused."
        if self.days[0] > self.cutoff:
            covered = (self.days[1] - self.days[0]).days
            return f"The query logs cover {covered:,} days; something is unused only after {needed:,}."
        if self.understood_share < self.thresholds.understood_share:
            return (
                f"{self.understood_share:.0%} of the logged queries are fully understood; below"
                f" {self.thresholds.understood_share:.0%} nothing is called unused."
            )
        return None if self._covered else "The query logs name no mart of this project, so they do not show its use."

    def covers(self, node: LineageNode) -> bool:
        """Whether the logs have any query of the same use case, or of the same schema where there is none."""
        return _scope(node) in self._covered

    def last_queried(self, relation: str) -> date | None:
        """The day of the last query; the end of time where the log has no times, None where nobody queried it."""
        return self._last_queried.get(relation)

    def is_queried(self, relation: str) -> bool:
        """Whether anybody queried a relation since the cutoff."""
        last = self.last_queried(relation)
        return last is not None and (self.cutoff is None or last >= self.cutoff)

    def queried_columns(self, relation: str) -> frozenset[str]:
        """The columns that anybody queried since the cutoff, in lower case."""
        return frozenset(
            name for name, last in self._columns.get(relation, {}).items() if self.cutoff is None or last >= self.cutoff
        )

    @cached_property
    def _last_queried(self) -> Mapping[str, date]:
        return {each.relation: _day(each.last) for each in self.usage.by_relation()}

    @cached_property
    def _columns(self) -> Mapping[str, Mapping[str, date]]:
        found: dict[str, dict[str, date]] = {}
        for each in self.usage.by_column():
            columns = found.setdefault(each.relation, {})
            name = each.column.casefold()
            columns[name] = max(_day(each.last), columns.get(name, date.min))
        return found

    @cached_property
    def _covered(self) -> frozenset[str]:
        queried = (self.graph.nodes[key] for key in self._last_queried if key in self.graph.nodes)
        return frozenset(_scope(node) for node in queried if node.project.layer is Layer.MART)


def _scope(node: LineageNode) -> str:
    return node.project.use_case or node.project.schema


def _day(instant: datetime | None) -> date:
    return instant.date() if instant else ALWAYS


@dataclass(frozen=True)
class Question:
    """Statements that differ only in their values.

    logic, sql: of the one that is sent most. picked: the columns whose values any of them filters by, as their relation
    names them.
    """

    logic: Logic
    sql: str
    picked: frozenset[str]
    statements: int
    queries: int
    people: frozenset[str]
    weeks: frozenset[date]
    seconds: float


def questions(statements: Iterable[AskedStatement], nodes: ProjectNodes) -> Iterator[Question]:
    """The questions that join or aggregate relations of the project."""
    tables = Tables(Table(key, node.path, node.columns) for key, node in nodes.nodes.items())
    found: dict[str, list[tuple[AskedStatement, Logic]]] = {}
    for statement in statements:
        reading = read_logic(statement.sql, statement.dialect, tables)
        logic = reading.queries[-1].logic if reading.queries and not reading.unread else None
        if logic is not None and (logic.joined > 1 or logic.keys) and set(logic.reads) <= nodes.nodes.keys():
            found.setdefault(logic.question, []).append((statement, logic))
    yield from map(_question, found.values())


def _question(asked: list[tuple[AskedStatement, Logic]]) -> Question:
    most, logic = max(asked, key=lambda each: each[0].queries)
    statements = [statement for statement, _ in asked]
    return Question(
        logic,
        most.sql,
        frozenset(column.rsplit(".", 1)[-1] for _, each in asked for column in each.picked),
        len(asked),
        sum(each.queries for each in statements),
        frozenset(who for each in statements for who in each.people),
        frozenset(week for each in statements for week in each.weeks),
        sum(each.seconds for each in statements),
    )
