"""Letting a staged batch into the lake, or setting it aside with the reasons."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.model import Finding, Severity, SourceTable, Verdict
from ribbon.quality.workers import Batch

__all__ = ["RECORD", "BatchOutcome", "admit", "at_the_door"]

RECORD = "batch.json"

# The name of a batch that has no key: when it landed, and a hash of its content.
TIMED = re.compile(r"batch=\d{8}T[\d.]+Z-([0-9a-f]{8})")


@dataclass(frozen=True)
class BatchOutcome:
    """What became of a batch: where it lies now, and what was found in it."""

    batch_id: str
    rows: int
    landed: bool
    findings: tuple[Finding, ...]


def at_the_door(source: SourceTable, folder: Path) -> Batch:
    """A batch in a folder as the door wants it, with what its source promises."""
    return tuple(folder.glob("*.parquet")), source.columns, source.expectations


def admit(
    project: ProjectPaths, source: SourceTable, staged: Path, rows: int, now: datetime, verdicts: Sequence[Verdict]
) -> BatchOutcome:
    """Move a staged batch to where its verdicts send it, in one rename, with a record of them beside its rows.

    staged: in the lake's staging folder, or a batch in quarantine that is tried again. now: when its rows were loaded.
    """
    batch_id = staged.name.removeprefix("batch=")
    broken = [verdict for verdict in verdicts if not verdict.met]
    landed = not any(verdict.expectation.severity is Severity.ERROR for verdict in broken)
    lake, quarantine = (
        folder / source.system / source.table / staged.name for folder in (project.lake_dir, project.quarantine_dir)
    )
    released = {"released_at": datetime.now(UTC).isoformat()} if landed and staged == quarantine else {}
    _write_record(staged / RECORD, _record(source, batch_id, rows, now, verdicts) | released)
    destination = lake if landed else quarantine
    destination.parent.mkdir(parents=True, exist_ok=True)
    for earlier in _earlier_tries(quarantine):
        if earlier != staged:
            shutil.rmtree(earlier)  # its rows are in `staged` again
    _flush(staged)
    staged.rename(destination)
    return BatchOutcome(
        batch_id, rows, landed, tuple(_finding(source, batch_id, verdict, quarantine) for verdict in broken)
    )


def _earlier_tries(quarantine: Path) -> list[Path]:
    """The folders in which the same batch was set aside before; one named by its time is known by its content."""
    content = TIMED.fullmatch(quarantine.name)
    return sorted(quarantine.parent.glob(f"batch=*-{content[1]}" if content else quarantine.name))


def _record(
    source: SourceTable, batch_id: str, rows: int, now: datetime, verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    return {
        "source": str(source),
        "batch_id": batch_id,
        "rows": rows,
        "landed_at": now.isoformat(),
        "expectations": [_told(verdict) for verdict in verdicts],
    }


def _write_record(path: Path, record: dict[str, Any]) -> None:
    """Write it whole or not at all: a batch that is tried again has a record already."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(record, indent=2, default=str) + "\n", encoding="utf-8")
    draft.replace(path)


def _told(verdict: Verdict) -> dict[str, Any]:
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
        what=f"batch {batch_id} breaks {verdict.expectation}",
        why=f"unexpected in {counted}: {observed}",
        remedy=(
            f"the whole batch is set aside in {quarantine}; mend it at the source, or the contract, and land again"
            if stops
            else "it landed with this warning; mend it at the source"
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
