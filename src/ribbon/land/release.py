"""Releasing a batch from quarantine: it is validated again, against its current contract.

A batch enters the lake unchanged, by one rename: a kill leaves it in quarantine or in the lake. It keeps its id and the
time its rows were loaded, so an old snapshot does not become the newest.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ribbon.batch_record import read_batch_record
from ribbon.config import ProjectPaths
from ribbon.engines.parquet import ParquetBench, rows_in_common
from ribbon.errors import WorldError
from ribbon.land.admission import BatchOutcome, admit
from ribbon.land.offer import check_columns
from ribbon.land.plan import identity_of
from ribbon.model import Delivery, Finding, Severity, SourceTable
from ribbon.quality.door import Door

__all__ = ["release_batch"]


def release_batch(
    project: ProjectPaths, source: SourceTable, folder: Path, bench: ParquetBench, door: Door
) -> BatchOutcome:
    """Move a batch into the lake if it passes now; otherwise it stays, with the new reasons.

    folder: of the batch, in quarantine. It also stays if any of its rows have landed since it was quarantined.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise WorldError(f"{folder}: has no Parquet file. Delete the folder, then land again.")
    batch_id, rows = folder.name.removeprefix("batch="), bench.row_count(files)
    loaded_at = read_batch_record(folder).landed_at
    drift = [finding for finding in check_columns(source, files, bench) if finding.severity is Severity.ERROR]
    findings = drift or list(_landed_since(project, source, folder, loaded_at, bench))
    if findings:
        return BatchOutcome(batch_id, rows, landed=False, findings=tuple(findings))
    verdicts, _ = door.check(source, files)
    return admit(project, source, folder, rows, loaded_at, verdicts)


def _landed_since(
    project: ProjectPaths, source: SourceTable, folder: Path, loaded_at: datetime, bench: ParquetBench
) -> Iterator[Finding]:
    """A finding if the batch has rows that landed later or were released: they must not land twice."""
    table_dir = project.lake_dir / source.system / source.table
    batch_id = folder.name.removeprefix("batch=")
    where, ending = f"{source.contract}: source {source}", f"drop it with `ribbon quarantine drop {source}/{batch_id}`"
    if (table_dir / folder.name).exists():
        yield Finding(
            where,
            f"batch {batch_id} stays in quarantine",
            "the lake already has a batch of this name",
            f"if it is the same, {ending}",
        )
        return
    if source.delivery is Delivery.SNAPSHOT:
        return  # each is the whole table: the same rows are in many
    later = [batch for batch in table_dir.glob("batch=*") if _entered(batch) > loaded_at]
    landed = [file for batch in sorted(later) for file in sorted(batch.glob("*.parquet"))]
    if not landed:
        return
    files = sorted(folder.glob("*.parquet"))
    identity = identity_of(source, files, landed, bench)
    twice = rows_in_common(files, landed, identity, project.data_dir / "tmp", project.memory_limit)
    if twice:
        yield Finding(
            where,
            f"batch {batch_id} stays in quarantine",
            f"{twice:,} of its {bench.row_count(files):,} rows have landed since it was quarantined",
            f"land again to get the missing rows, if the source still offers them; then {ending}",
        )


def _entered(batch: Path) -> datetime:
    """When a batch of the lake entered: at its landing, or later by release from quarantine."""
    record = read_batch_record(batch)
    return max(record.landed_at, record.released_at or record.landed_at)
