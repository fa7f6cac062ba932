"""Batches that were set aside whole at the lake's door: data/quarantine/<system>/<table>/batch=<id>/."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.engines.parquet import some_rows
from ribbon.errors import WorldError
from ribbon.model import Expectation, Severity, SourceTable
from ribbon.quarantine.masking import masked

__all__ = ["HeldBatch", "delete_batches", "held_batches", "rows_of_batch"]

# Where a batch goes by one rename before its files are deleted, so that no half of it is ever left among the others.
DROPPED = ".dropped"


@dataclass(frozen=True)
class HeldBatch:
    """A batch and why it is here. source: system.table. since: when it was set aside.

    reasons: each broken promise, with its unexpected rows; None where it speaks of the whole table.
    """

    source: str
    batch_id: str
    folder: Path
    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]

    @property
    def name(self) -> str:
        """What `ribbon quarantine` calls it."""
        return f"{self.source}/{self.batch_id}"


def held_batches(project: ProjectPaths) -> list[HeldBatch]:
    """All of them, also those of sources that no contract declares any more; by source, then by id."""
    return [_read(folder) for folder in sorted(project.quarantine_dir.glob("*/*/batch=*")) if folder.is_dir()]


def rows_of_batch(batch: HeldBatch, source: SourceTable, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, in their declared columns; values of restricted ones are masked."""
    columns = [column.name for column in source.columns]
    restricted = [column.name for column in source.columns if column.restricted]
    return masked(some_rows(sorted(batch.folder.glob("*.parquet")), columns, limit), restricted)


def delete_batches(project: ProjectPaths, batches: Sequence[HeldBatch]) -> None:
    """Delete batches for good, each whole or not at all."""
    dropped = project.quarantine_dir / DROPPED
    try:
        shutil.rmtree(dropped, ignore_errors=True)
        dropped.mkdir(parents=True)
        for place, batch in enumerate(batches):
            batch.folder.rename(dropped / str(place))
        shutil.rmtree(dropped)
    except OSError as error:
        raise WorldError(
            f"{project.quarantine_dir}: cannot be written: {error.strerror}. Make the folder writable."
        ) from error


def _read(folder: Path) -> HeldBatch:
    path = folder / "batch.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return HeldBatch(
            source=f"{folder.parent.parent.name}.{folder.parent.name}",
            batch_id=folder.name.removeprefix("batch="),
            folder=folder,
            rows=int(record["rows"]),
            since=datetime.fromisoformat(record["landed_at"]).astimezone(UTC),
            reasons=tuple(_reason(told) for told in record["expectations"] if _stops(told)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WorldError(
            f"{path}: is no readable record of a batch: {error!r}. Delete the folder if the source can land it again."
        ) from error


def _stops(told: dict[str, Any]) -> bool:
    return not told["met"] and told["severity"] == Severity.ERROR.value


def _reason(told: dict[str, Any]) -> tuple[str, int | None]:
    return str(Expectation(told["expectation"], told["arguments"], told["column"])), told["unexpected"]
