"""How far the query logs can say that something is not used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from ribbon.evolve.thresholds import Thresholds
from ribbon.lineage import LineageGraph, LineageNode
from ribbon.model import Layer, Reading
from ribbon.usage import Usage

__all__ = ["LogCover"]

# Queries that are none of people's, or read nothing, leave nothing of a use in the dark.
CLEAR = (Reading.UNDERSTOOD, Reading.NOTHING, Reading.PIPELINE)

ALWAYS = date.max


@dataclass(frozen=True)
class LogCover:
    """What was imported, measured against what the project declares. Days are UTC."""

    usage: Usage
    graph: LineageGraph
    thresholds: Thresholds

    @property
    def is_empty(self) -> bool:
        """Whether nothing was imported."""
        return not self.usage.totals().queries

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that the logs cover; None where no log says when."""
        totals = self.usage.totals()
        return (totals.first.date(), totals.last.date()) if totals.first and totals.last else None

    @cached_property
    def understood_share(self) -> float:
        """The part of the queries that is understood whole, 0 to 1."""
        readings = self.usage.readings()
        total = sum(readings.values())
        return sum(readings.get(reading, 0) for reading in CLEAR) / total if total else 0.0

    @cached_property
    def cutoff(self) -> date | None:
        """The day since which nobody has to have asked for what is proposed to go; None where there is no such day."""
        return self.days[1] - timedelta(days=self.thresholds.unused_after_days) if self.days else None

    @cached_property
    def wanting(self) -> str | None:
        """Why the logs are no grounds to let anything go; None where they are."""
        needed = self.thresholds.unused_after_days
        if self.is_empty:
            return "No query log is imported: nothing is said of what is not used."
        if self.days is None or self.cutoff is None:
            return "The query logs do not say when: nothing is said of what is not used."
        if self.days[0] > self.cutoff:
            covered = (self.days[1] - self.days[0]).days
            return f"The query logs cover {covered:,} days, fewer than the {needed:,} after which something is unused."
        if self.understood_share < self.thresholds.understood_share:
            return (
                f"{self.understood_share:.0%} of the logged queries are understood whole, less than the"
                f" {self.thresholds.understood_share:.0%} that have to be before something is called unused."
            )
        return None if self._heard else "The query logs name no mart of the project: its use is not in them."

    def hears(self, node: LineageNode) -> bool:
        """Whether the logs have any query of the same use case, or where it has none, of the same schema."""
        return _home(node) in self._heard

    def last_asked(self, relation: str) -> date | None:
        """The day of the last query; the end of time where the log does not say, None where nobody asked."""
        return self._last_asked.get(relation)

    def is_asked(self, relation: str) -> bool:
        """Whether somebody asked for a relation within the declared time."""
        last = self.last_asked(relation)
        return last is not None and (self.cutoff is None or last >= self.cutoff)

    def asked_columns(self, relation: str) -> frozenset[str]:
        """The columns that somebody asked for within the declared time, in lower case."""
        return frozenset(
            name for name, last in self._columns.get(relation, {}).items() if self.cutoff is None or last >= self.cutoff
        )

    @cached_property
    def _last_asked(self) -> Mapping[str, date]:
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
    def _heard(self) -> frozenset[str]:
        asked = (self.graph.nodes[key] for key in self._last_asked if key in self.graph.nodes)
        return frozenset(_home(node) for node in asked if node.project.layer is Layer.MART)


def _home(node: LineageNode) -> str:
    return node.project.use_case or node.project.schema


def _day(instant: datetime | None) -> date:
    return instant.date() if instant else ALWAYS
