"""What the batches of a landing hold beside those before them, and what depends on what is far off."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import msgspec

from ribbon.batch_record import BatchFacts, Downstream, Drift
from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import facts_of_files
from ribbon.engines.duckdb_file import Connection
from ribbon.evolve.evidence.deliveries import Deliveries, holds_late_rows
from ribbon.evolve.evidence.drift import DAYS, Figures, described, drift_in, overdue
from ribbon.land.ledger import Ledger
from ribbon.model import Finding, Severity, SourceTable
from ribbon.project.delivered_sources import LOAD_COLUMNS

__all__ = ["DownstreamOf", "DriftWatch", "nobody_looked", "overdue_delivery", "with_downstream"]

# What depends on a column of a source, or on all of it where no column is named; None where that is unknown.
DownstreamOf = Callable[[SourceTable, str | None], Downstream | None]


def nobody_looked(_source: SourceTable, _column: str | None) -> Downstream | None:
    """Nothing is known of what depends on it."""
    return None


def with_downstream(findings: Iterable[Finding], source: SourceTable, downstream: DownstreamOf) -> tuple[Finding, ...]:
    """The findings with what depends on the columns that they are about."""
    return tuple(replace(finding, downstream=downstream(source, finding.column)) for finding in findings)


@dataclass
class DriftWatch:
    """Counts each batch of a table once and judges it by those that deliveries before brought."""

    project: ProjectPaths
    source: SourceTable
    bench: Connection
    downstream: DownstreamOf
    _came: list[tuple[datetime, Figures]] = field(default_factory=list)

    def look_at(self, batch_id: str, files: Sequence[Path], at: datetime) -> tuple[BatchFacts, tuple[Drift, ...]]:
        """A batch in figures, and what of them is far off. at: when it came (UTC)."""
        hidden = {column.name for column in self.source.columns if column.restricted}
        facts = facts_of_files(self.bench, files, hidden, LOAD_COLUMNS)
        if holds_late_rows(batch_id):
            return facts, ()
        # Those of its own delivery are no yardstick: of a year that comes at once, Christmas would be drift.
        before = [(came, figures) for came, figures in (*self._landed, *self._came) if came < at]
        found = list(drift_in(self.source, [*(figures for _, figures in before), (batch_id, facts)]))
        if late := overdue({day.date() for day, _ in before}, self.source.delivery, at.date()):
            last, gap = late
            found.append(Drift(DAYS, None, batch_id, (at.date() - last).days, gap, len(before)))
        self._came.append((at, (batch_id, facts)))
        return facts, tuple(
            msgspec.structs.replace(drift, downstream=self.downstream(self.source, drift.column)) for drift in found
        )

    @cached_property
    def _landed(self) -> list[tuple[datetime, Figures]]:
        """What the lake had before this landing."""
        deliveries = Deliveries(self.project, self.source)
        return [
            (batch.landed_at, (batch.id, deliveries.facts[batch.id]))
            for batch in deliveries.landed
            if not batch.is_late
        ]

    def findings(self, found: Iterable[Drift]) -> tuple[Finding, ...]:
        """What is far off, as findings."""
        return tuple(
            Finding(
                where=self.source.where,
                what=f"batch {drift.batch}: {f'column {drift.column}: ' if drift.column else ''}{described(drift)}",
                why=f"by the {drift.batches:,} batches before it",
                remedy="ask what happened at the source, or add an expectation to the contract that stops what must not"
                " land",
                severity=Severity.WARN,
                column=drift.column,
                downstream=drift.downstream,
            )
            for drift in found
        )


def overdue_delivery(
    source: SourceTable, ledger: Ledger, downstream: DownstreamOf, today: date | None = None
) -> tuple[Finding, ...]:
    """A finding if nothing has landed for far longer than usual."""
    days = {record.landed_at.date() for record in ledger if record.landed}
    late = overdue(days, source.delivery, today or datetime.now(UTC).date())
    if not late:
        return ()
    last, gap = late
    finding = Finding(
        where=source.where,
        what=f"nothing has landed since {last}",
        why=f"before, something came every {gap:g} days",
        remedy="ask the source for it, or declare that it ended",
        severity=Severity.WARN,
    )
    return with_downstream([finding], source, downstream)
