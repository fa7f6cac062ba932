"""Releasing from quarantine what fits its contract by now: batches, rows that did not fit, whole files.

A batch enters the lake unchanged, by one rename, and keeps its id and the time when its rows were loaded, so that an
old snapshot does not become the newest. Rows and files are read again, with today's contract, as deliveries of today.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ribbon.batch_record import BatchRecord, read_batch_record
from ribbon.engines.delivered_file import open_delivered
from ribbon.engines.lake_batches import column_names, released_rows
from ribbon.engines.misfits import read_misfits
from ribbon.engines.parquet import row_count, rows_in_common, type_name
from ribbon.errors import WorldError
from ribbon.land.admission import ROWS, BatchOutcome, Came, admit, table_folders
from ribbon.land.columns import match_columns
from ribbon.land.landing import Again, DeliveryOutcome, OpenedTable, land_record
from ribbon.land.ledger import DeliveredPart, DeliveryRecord
from ribbon.model import Delivery, FileFormat, FileKind, Finding, Severity
from ribbon.project.delivered_sources import LOAD_COLUMNS

__all__ = ["release"]

# Columns of a batch in quarantine that are Ribbon's.
OWN = LOAD_COLUMNS | {"_quarantine_reasons"}


def release(table: OpenedTable, folder: Path) -> DeliveryOutcome:
    """Move what is in a folder of the quarantine into the lake as far as it passes now; the rest stays.

    A batch stays if any of its rows have landed since it was quarantined.
    """
    kind = folder.name.partition("=")[0]
    if kind == "rows":
        return _released_rows(table, folder)
    if kind == "file":
        return _released_file(table, folder)
    outcome = _released_batch(table, folder)
    landed, held = (outcome.rows, 0) if outcome.landed else (0, outcome.rows)
    held += outcome.set_aside
    return DeliveryOutcome(outcome.batch_id, landed + held, landed, 0, held, (outcome,))


def _released_batch(table: OpenedTable, folder: Path) -> BatchOutcome:
    files = sorted(folder.glob("*.parquet"))
    if not files:
        raise WorldError(f"{folder}: has no Parquet file. Delete the folder, then land again.")
    batch_id, rows = folder.name.removeprefix("batch="), row_count(files)
    record = read_batch_record(folder)
    findings = list(_drift(table, files)) or list(_landed_since(table, folder, record))
    if findings:
        return BatchOutcome(batch_id, rows, landed=False, findings=tuple(findings))
    came = Came(record.file, record.content, record.landed_at)
    if not folder.name.endswith(ROWS):
        return admit(table.project, table.source, folder, came, table.door, table.watch)
    staged = _as_batch(table, folder, files)
    outcome = admit(table.project, table.source, staged, came, table.door, table.watch)
    # Where the batch has the folder's name, what stays in quarantine has taken the folder's place.
    if staged.name != folder.name or (outcome.landed and not outcome.set_aside):
        shutil.rmtree(folder, ignore_errors=True)
    return outcome


def _as_batch(table: OpenedTable, folder: Path, files: list[Path]) -> Path:
    """Rows that were set aside as a batch that nobody has loaded yet: without their reasons, with an id of its own."""
    lake = table_folders(table.project, table.source)[0]
    number, name = 1, folder.name
    while (lake / name).exists():
        number += 1
        name = f"{folder.name.removesuffix(ROWS)}.{number}{ROWS}"
    staged = table.staging / name
    staged.mkdir()
    released_rows(table.bench, files, name.removeprefix("batch="), staged / "data_0.parquet")
    return staged


def _drift(table: OpenedTable, files: list[Path]) -> Iterator[Finding]:
    """What of a batch's columns is not as the contract says today."""
    source = table.source
    types = {column.name: type_name(table.bench, column.data_type) for column in source.columns}
    with open_delivered(table.bench, files[0], FileFormat(), source.columns, table.staging) as file:
        matched = match_columns(replace(source, format=FileFormat()), file, files[0].parent.name, types, OWN)
    yield from (finding for finding in matched.findings if finding.severity is Severity.ERROR)


def _landed_since(table: OpenedTable, folder: Path, record: BatchRecord) -> Iterator[Finding]:
    """A finding if the batch has rows that landed later or were released: they must not land twice."""
    project, source = table.project, table.source
    lake = table_folders(project, source)[0]
    batch_id = folder.name.removeprefix("batch=")
    ending = f"drop it with `ribbon quarantine drop {source}/{batch_id}`"
    if (lake / folder.name).exists() and not folder.name.endswith(ROWS):
        yield Finding(
            source.where,
            f"batch {batch_id} stays in quarantine",
            "the lake already has a batch of this name",
            f"if it is the same, {ending}",
        )
        return
    if source.delivery is not Delivery.APPEND:
        return  # the same rows are in many snapshots, and an older row of a key may come back
    later = [batch for batch in sorted(lake.glob("batch=*")) if _is_later(read_batch_record(batch), record)]
    landed = [file for batch in later for file in sorted(batch.glob("*.parquet"))]
    if not landed:
        return
    files = sorted(folder.glob("*.parquet"))
    shared = set(column_names(files[0])).intersection(*(column_names(file) for file in landed)) - OWN
    twice = rows_in_common(files, landed, sorted(shared), project.data_dir / "tmp", project.memory_limit)
    if twice:
        yield Finding(
            source.where,
            f"batch {batch_id} stays in quarantine",
            f"{twice:,} of its {row_count(files):,} rows have landed since it was quarantined",
            f"land again to get the missing rows, if the source still offers them; then {ending}",
        )


def _is_later(batch: BatchRecord, held: BatchRecord) -> bool:
    """Whether a batch of the lake entered after another was quarantined, with rows of the same file."""
    entered: datetime = max(batch.landed_at, batch.released_at or batch.landed_at)
    return entered > held.landed_at and (None in {batch.file, held.file} or batch.file == held.file)


def _released_file(table: OpenedTable, folder: Path) -> DeliveryOutcome:
    """Land a whole file again, from the bytes that were kept."""
    held = read_batch_record(folder)
    found = next((each for each in table.ledger if each.content == held.content), None)
    if found is None:
        raise WorldError(f"{folder}: no delivery of the ledger has this content. Have {held.file} delivered again.")
    return land_record(table, DeliveryRecord(found.name, found.content, found.parts, table.next_time()))


def _released_rows(table: OpenedTable, folder: Path) -> DeliveryOutcome:
    """Land the rows again that did not fit, from their text. What still does not fit is quarantined anew."""
    if table.source.delivery is Delivery.SNAPSHOT:
        return _released_file(table, folder)  # a part of a table is no snapshot of it
    record = read_batch_record(folder)
    misfits = read_misfits(folder)
    texts = [record.heading] if record.heading else []
    lines = {}
    at = 1 + sum(text.count("\n") + 1 for text in texts)
    for misfit in misfits:
        lines[at] = misfit.line
        at += misfit.raw.count("\n") + 1
        texts.append(misfit.raw)
    text = "".join(f"{each}\n" for each in texts).encode()
    name, content = record.file or folder.name, hashlib.sha256(text).hexdigest()
    if any(each.content == content and each.landed and not each.unfinished for each in table.ledger):
        shutil.rmtree(folder)  # they landed, and the command was killed before it came here
        return DeliveryOutcome(name, len(misfits), known=len(misfits))
    is_csv = table.source.format.kind is FileKind.CSV  # rows of the others are kept as JSON
    kept = table.staging / f"{content}.{'csv' if is_csv else 'jsonl'}"
    kept.write_bytes(text)
    reads = replace(table.source.format, encoding="utf-8", kind=FileKind.CSV if is_csv else FileKind.JSONL)
    part = DeliveredPart(name, kept.name, "")
    again = DeliveryRecord(name, content, (part,), table.next_time(), released=True)
    source = replace(table.source, max_misfits=1.0, format=reads)
    return land_record(replace(table, source=source), again, Again(folder, table.staging, lines))
