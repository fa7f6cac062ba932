"""Admitting a staged batch to the lake, or quarantining it with the reasons."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ribbon.batch_record import RECORD
from ribbon.config import ProjectPaths
from ribbon.model import Finding, Severity, SourceTable, Verdict
from ribbon.quality.door import Aside

__all__ = ["BatchOutcome", "admit", "hold_rows", "part_rows", "record_of"]


# The name of a batch without a key: its landing time and a hash of its content.
TIMED = re.compile(r"batch=\d{8}T[\d.]+Z-([0-9a-f]{8})")


@dataclass(frozen=True)
class BatchOutcome:
    """The outcome of a batch: whether it landed, and its findings."""

    batch_id: str
    rows: int
    landed: bool
    findings: tuple[Finding, ...]


def admit(
    project: ProjectPaths, source: SourceTable, staged: Path, rows: int, now: datetime, verdicts: Sequence[Verdict]
) -> BatchOutcome:
    """Move a staged batch to the lake or to quarantine by one rename, with a record of its verdicts.

    staged: in the lake's staging folder, or a batch in quarantine that is validated again. now: when its rows were
    loaded.
    """
    batch_id = staged.name.removeprefix("batch=")
    failed = [verdict for verdict in verdicts if not verdict.met]
    landed = not any(verdict.expectation.severity is Severity.ERROR for verdict in failed)
    lake, quarantine = (
        folder / source.system / source.table / staged.name for folder in (project.lake_dir, project.quarantine_dir)
    )
    released = {"released_at": datetime.now(UTC).isoformat()} if landed and staged == quarantine else {}
    _write_record(staged / RECORD, record_of(source, batch_id, rows, now, verdicts) | released)
    destination = lake if landed else quarantine
    destination.parent.mkdir(parents=True, exist_ok=True)
    for earlier in _earlier_attempts(quarantine):
        if earlier != staged:
            shutil.rmtree(earlier)  # its rows are in `staged` again
    _flush(staged)
    staged.rename(destination)
    return BatchOutcome(
        batch_id, rows, landed, tuple(_finding(source, batch_id, verdict, quarantine) for verdict in failed)
    )


def part_rows(staged: Path, aside: Aside) -> Path:
    """Take the rows that a staged batch sets aside out of it. Returns the file that holds them, beside the batch."""
    files = list(staged.glob("*.parquet"))
    rows = staged.with_name(f"aside-{staged.name}.parquet")
    aside.write(staged / "kept.parquet", rows)
    for file in files:
        file.unlink()
    return rows


def hold_rows(project: ProjectPaths, source: SourceTable, file: Path, record: dict[str, Any]) -> None:
    """Quarantine the rows that a batch set aside, once the rest of it has landed. record: of these rows."""
    held = project.quarantine_dir / source.system / source.table / f"batch={record['batch_id']}"
    draft = file.with_suffix("")
    draft.mkdir()
    file.rename(draft / file.name)
    _write_record(draft / RECORD, record)
    _flush(draft)
    held.parent.mkdir(parents=True, exist_ok=True)
    draft.rename(held)


def _earlier_attempts(quarantine: Path) -> list[Path]:
    """Folders in which the same batch was quarantined before. A batch named by time is recognised by its content."""
    content = TIMED.fullmatch(quarantine.name)
    return sorted(quarantine.parent.glob(f"batch=*-{content[1]}" if content else quarantine.name))


def record_of(
    source: SourceTable, batch_id: str, rows: int, now: datetime, verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    """What batch.json says of rows of a batch."""
    return {
        "source": str(source),
        "batch_id": batch_id,
        "rows": rows,
        "landed_at": now.isoformat(),
        "expectations": [_document(verdict) for verdict in verdicts],
    }


def _write_record(path: Path, record: dict[str, Any]) -> None:
    """Write it completely or not at all: a batch that is validated again already has a record."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(record, indent=2, default=str) + "\n", encoding="utf-8")
    draft.replace(path)


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "expectation": verdict.expectation.name,
        "column": verdict.expectation.column,
        "arguments": dict(verdict.expectation.arguments),
        "severity": verdict.expectation.severity.value,
        "met": verdict.met,
        "unexpected": verdict.unexpected,
        "measured": verdict.measured,
    }


def _finding(source: SourceTable, batch_id: str, verdict: Verdict, quarantine: Path) -> Finding:
    names = {verdict.expectation.column, *map(str, verdict.expectation.arguments.values())}
    hidden = any(column.restricted and column.name in names for column in source.columns)
    observed = "(restricted values are not shown)" if hidden else verdict.observed or "null"
    counted = f"{verdict.unexpected} of {verdict.measured} rows" if verdict.unexpected is not None else "the table"
    stops = verdict.expectation.severity is Severity.ERROR
    return Finding(
        where=f"{source.contract}: source {source}",
        what=f"batch {batch_id} fails {verdict.expectation}",
        why=f"unexpected in {counted}: {observed}",
        remedy=(
            f"the whole batch is quarantined in {quarantine}; fix the source or the contract, then land again"
            if stops
            else "it landed with this warning; fix it at the source"
        ),
        severity=verdict.expectation.severity,
    )


def _flush(folder: Path) -> None:
    """Make the files durable before the rename makes them visible."""
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
