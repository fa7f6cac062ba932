"""Landing one table: find new data, stage it, validate it, and admit or quarantine it.

A batch lands completely or not at all: it is written and validated in a staging folder beside the lake and enters by
one rename. A batch that fails an expectation goes to quarantine with the reasons; the next landing tries it again.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.parquet import ParquetBench
from ribbon.errors import ConfigError, WorldError
from ribbon.land.admission import BatchOutcome, admit, hold_rows, part_rows, record_of
from ribbon.land.offer import check_columns, offered_files
from ribbon.land.plan import Plan, landed_files, make_plan
from ribbon.model import Finding, Severity, SourceTable
from ribbon.quality.door import Door
from ribbon.quality.support import check_supported

__all__ = ["TableOutcome", "land_table", "rows_in_lake"]

BatchListener = Callable[[int, int], None]


@dataclass(frozen=True)
class TableOutcome:
    """The outcome of a table: its new batches, and findings about its columns."""

    source: SourceTable
    batches: tuple[BatchOutcome, ...] = ()
    drift: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, columns first."""
        return self.drift + tuple(finding for batch in self.batches for finding in batch.findings)

    @property
    def landed_rows(self) -> int:
        """Rows that entered the lake."""
        return sum(batch.rows for batch in self.batches if batch.landed)

    @property
    def quarantined(self) -> tuple[BatchOutcome, ...]:
        """Batches that went to quarantine."""
        return tuple(batch for batch in self.batches if not batch.landed)


def land_table(
    project: ProjectPaths,
    source: SourceTable,
    origin: Path | None,
    bench: ParquetBench,
    door: Door,
    listen: BatchListener = lambda _done, _total: None,
) -> TableOutcome:
    """Land new data of one table. origin: a folder to read instead of the contract's.

    listen: called with the number of batches done and their total. If columns violate the contract, nothing of the
    table lands. Raises ConfigError and WorldError if there are no files, or if the lake cannot be written.
    """
    check_supported(source)
    files = offered_files(project, source, origin)
    drift = check_columns(source, files, bench)
    if any(finding.severity is Severity.ERROR for finding in drift):
        return TableOutcome(source, drift=tuple(drift))
    now = datetime.now(UTC)
    plan = make_plan(source, files, project.lake_dir / source.system / source.table, now, bench)
    total = len(plan.whole) + len(plan.partial)
    if not total:
        return TableOutcome(source, drift=tuple(drift))
    outcomes = []
    with _staging(project.lake_dir) as staging, _naming_source(source):
        _stage(plan, now, staging, bench)
        staged = sorted(staging.glob("*/batch=*"))
        for folder in staged:
            verdicts, aside = door.check(source, sorted(folder.glob("*.parquet")))
            apart = part_rows(folder, aside) if aside else None
            rows = bench.row_count(tuple(folder.glob("*.parquet")))
            outcomes.append(admit(project, source, folder, rows, now, verdicts))
            if apart and aside:
                record = record_of(source, outcomes[-1].batch_id, aside.rows, now, verdicts)
                hold_rows(project, source, apart, record)
            listen(len(outcomes), total)
    return TableOutcome(source, tuple(outcomes), tuple(drift))


def rows_in_lake(project: ProjectPaths, source: SourceTable, bench: ParquetBench) -> int:
    """All rows of a table that have landed."""
    return bench.row_count(landed_files(project.lake_dir / source.system / source.table))


def _stage(plan: Plan, now: datetime, staging: Path, bench: ParquetBench) -> None:
    stamp = now.strftime("%Y-%m-%d %H:%M:%S.%f")
    if plan.whole:
        bench.write(plan.offer, plan.whole, stamp, staging / "whole")
    if plan.partial:
        bench.write_missing(plan.offer, plan.landed, plan.partial, stamp, staging / "partial")


@contextmanager
def _naming_source(source: SourceTable) -> Iterator[None]:
    """Prefix a ConfigError with the contract and the source."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"{source.contract}: source {source}: {error}") from error


@contextmanager
def _staging(lake_dir: Path) -> Iterator[Path]:
    """An empty folder on the lake's disk, deleted at the end; what a killed landing left there is deleted first."""
    folder = lake_dir / ".staging"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise WorldError(
            f"{lake_dir}: cannot be written: {error.strerror}. Make it writable, or set RIBBON_DATA."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
