"""What of a delivery the lake does not have yet, by its mode.

Append: a file of the same name is a newer version of it, so rows that it brought before are known; rows of other
files are other rows. Snapshot: the same table as the newest one is known. Upsert: a row that is the newest of its key
is known.
"""

from collections.abc import Iterable
from pathlib import Path

from ribbon.batch_record import BatchRecord, read_batch_record
from ribbon.engines.duckdb_file import Connection, literal
from ribbon.engines.lake_batches import Landed, Part, column_names, current_rows, is_same_table, without
from ribbon.land.admission import ROWS
from ribbon.land.ledger import DeliveryRecord
from ribbon.land.reading import ReadDelivery, split_by
from ribbon.model import Delivery, SourceTable

__all__ = ["new_parts"]


def new_parts(
    source: SourceTable, record: DeliveryRecord, read: ReadDelivery, folders: tuple[Path, Path], bench: Connection
) -> tuple[Part, ...]:
    """The parts of a delivery without what is known. folders: of the table in the lake and in quarantine.

    Rows that a batch set aside are known, too: they wait in quarantine.
    """
    lake, quarantine = folders
    batches = {folder: read_batch_record(folder) for folder in lake.glob("batch=*")}
    aside = {folder: read_batch_record(folder) for folder in quarantine.glob(f"batch=*{ROWS}")}
    if not (batches or aside) or not read.parts:
        return read.parts
    if source.delivery is Delivery.SNAPSHOT:
        newest = max(batches, key=lambda folder: (batches[folder].landed_at, folder.name), default=None)
        (part,) = read.parts
        is_known = newest and is_same_table(bench, part.files, _files(newest), read.columns)
        return () if is_known else read.parts
    names = ", ".join(literal(part.name) for part in record.parts)
    where = f"_source_file in ({names})"
    held = _by_columns((folder for folder, batch in aside.items() if _may_hold(batch, record)), where)
    if source.delivery is Delivery.UPSERT:
        parts = current_rows(bench, read.parts, _by_columns(batches), read.columns, source.key)
        return tuple(without(bench, parts, held, read.columns, split_by(source)) if held else parts)
    earlier = (folder for folder, batch in batches.items() if _may_hold(batch, record))
    groups = [*_by_columns(earlier, where), *held]
    return tuple(without(bench, read.parts, groups, read.columns, split_by(source))) if groups else read.parts


def _may_hold(batch: BatchRecord, record: DeliveryRecord) -> bool:
    """Whether a batch may have rows of a file of this name; one of an earlier release holds those of several files."""
    return batch.file is None or batch.file == record.name


def _by_columns(folders: Iterable[Path], where: str = "true") -> list[Landed]:
    """The batches in groups of the same columns."""
    groups: dict[tuple[str, ...], list[Path]] = {}
    for folder in sorted(folders):
        files = _files(folder)
        if files:
            groups.setdefault(column_names(files[0]), []).extend(files)
    return [Landed(tuple(files), where) for files in groups.values()]


def _files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(folder.glob("*.parquet")))
