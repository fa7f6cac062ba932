"""What has been delivered of a source: batches of the lake, and the files on offer now."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import BatchFacts, columns_of_files
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.left.remembered import Remembered
from ribbon.model import SourceTable
from ribbon.origins import origin_folder

__all__ = ["Batch", "Deliveries"]

RECORD = "batch.json"


@dataclass(frozen=True)
class Batch:
    """A batch of the lake or of quarantine. landed_at: UTC. broken: which expectations, in how many rows."""

    id: str
    files: tuple[Path, ...]
    landed_at: datetime
    broken: tuple[str, ...] = ()

    @property
    def is_late(self) -> bool:
        """Whether it holds late rows of a batch that had landed before: day-01.2."""
        before, _, number = self.id.rpartition(".")
        return number.isdigit() and "-" in before


@dataclass(frozen=True)
class Deliveries:
    """All of one source. offered_in: a folder to look in for files on offer, instead of the contract's."""

    project: ProjectPaths
    source: SourceTable
    offered_in: Path | None = None

    @property
    def origin(self) -> Path | None:
        """Where its files lie before they land; None where that cannot be found."""
        try:
            return self.offered_in or origin_folder(self.project, self.source)
        except ConfigError:
            return None

    @cached_property
    def landed(self) -> tuple[Batch, ...]:
        """The batches of the lake, oldest first."""
        return _batches(self.project.lake_dir / self.source.system / self.source.table)

    @cached_property
    def set_aside(self) -> tuple[Batch, ...]:
        """The batches in quarantine, oldest first."""
        return _batches(self.project.quarantine_dir / self.source.system / self.source.table)

    @cached_property
    def facts(self) -> Mapping[str, BatchFacts]:
        """What each landed batch holds, by its id; counted once, for a batch never changes."""
        hidden = frozenset(column.name for column in self.source.columns if column.restricted)
        with Remembered(self.project, str(self.source), hidden) as remembered:
            return {batch.id: remembered.facts(batch.files) for batch in self.landed}

    @cached_property
    def newest_offer(self) -> tuple[Path, BatchFacts] | None:
        """The newest file on offer and what it holds, counted once while it stays the same; None without one."""
        if not self.offered:
            return None
        file = max(self.offered, key=lambda each: (each.stat().st_mtime_ns, each.name))
        hidden = frozenset(column.name for column in self.source.columns if column.restricted)
        with Remembered(self.project, f"{self.source}.offer", hidden) as remembered:
            return file, remembered.facts((file,))

    @cached_property
    def offered(self) -> Mapping[Path, Mapping[str, str]]:
        """The files on offer with their columns; empty where there are none."""
        found = {}
        for file in sorted(self.origin.glob(self.source.files)) if self.origin else ():
            try:
                found[file] = columns_of_files([file])
            except WorldError:
                continue  # landing tells of it
        return found


def _batches(folder: Path) -> tuple[Batch, ...]:
    found = (_batch(each) for each in folder.glob("batch=*"))
    return tuple(sorted((batch for batch in found if batch), key=lambda batch: (batch.landed_at, batch.id)))


def _batch(folder: Path) -> Batch | None:
    """A batch; None where it has no files or no record, which is not for evolution to mend."""
    files = tuple(sorted(folder.glob("*.parquet")))
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        landed_at = datetime.fromisoformat(record["landed_at"]).astimezone(UTC)
        broken = tuple(_broken(record["expectations"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Batch(folder.name.removeprefix("batch="), files, landed_at, broken) if files else None


def _broken(expectations: list[dict[str, object]]) -> Iterator[str]:
    for told in expectations:
        if not told["met"]:
            column = f"{told['column']}: " if told["column"] else ""
            rows = f" in {told['unexpected']} of {told['measured']} rows" if told["unexpected"] is not None else ""
            yield f"{column}{told['expectation']}{rows}"
