"""Putting one screen together from the lake, the manifest and the history in the build file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ribbon.config import Project
from ribbon.dbt.manifest import Manifest
from ribbon.engines.duckdb_file import open_file
from ribbon.engines.history import NodeRun, Run, latest_node_runs, recent_runs
from ribbon.errors import BusyError
from ribbon.model import FAILED, SourceTable

__all__ = ["SourceFreshness", "Standing", "look"]


@dataclass(frozen=True)
class SourceFreshness:
    """What the lake has of a source: batches, rows, when the newest landed (UTC), batches in quarantine."""

    source: SourceTable
    batches: int
    rows: int
    landed_at: datetime | None
    quarantined: int


@dataclass(frozen=True)
class Standing:
    """One screen.

    failed: nodes that were red when they last ran. busy: who holds the build file, where it cannot be read.
    """

    runs: tuple[Run, ...]
    failed: tuple[NodeRun, ...]
    sources: tuple[SourceFreshness, ...]
    busy: str | None

    @property
    def red(self) -> bool:
        """Whether anything needs a person."""
        return bool(self.failed) or any(source.quarantined for source in self.sources)


def look(project: Project, manifest: Manifest) -> Standing:
    """How the project stands now. Nodes that the project no longer has do not count."""
    runs: list[Run] = []
    failed: list[NodeRun] = []
    busy = None
    if project.build_file.exists():
        try:
            with open_file(project.build_file, read_only=True) as build:
                runs = recent_runs(build, manifest.history_schema)
                latest = latest_node_runs(build, manifest.history_schema)
            failed = [run for run in latest.values() if run.status in FAILED and manifest.node(run.unique_id)]
        except BusyError as error:
            busy = str(error)
    return Standing(tuple(runs), tuple(failed), tuple(_freshness(project, source) for source in manifest.sources), busy)


def _freshness(project: Project, source: SourceTable) -> SourceFreshness:
    records = list(_records(project.lake_dir / source.system / source.table))
    aside = list(_records(project.quarantine_dir / source.system / source.table))
    return SourceFreshness(
        source,
        batches=len(records),
        rows=sum(int(str(record["rows"])) for record in records),
        landed_at=max((datetime.fromisoformat(str(record["landed_at"])) for record in records), default=None),
        quarantined=len(aside),
    )


def _records(table_dir: Path) -> Iterator[dict[str, object]]:
    for path in sorted(table_dir.glob("batch=*/batch.json")):
        yield json.loads(path.read_text(encoding="utf-8"))
