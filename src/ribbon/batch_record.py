"""The record of a batch in the lake or in quarantine: batch.json, which landing writes beside the batch's files."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ribbon.errors import WorldError

__all__ = [
    "RECORD",
    "BatchFacts",
    "BatchRecord",
    "ColumnFacts",
    "Downstream",
    "Drift",
    "ExpectationResult",
    "batch_records",
    "read_batch_record",
    "require_whole",
    "without_data",
    "write_record",
]

RECORD = "batch.json"

NO_DATA = (
    "the data of this batch is missing or damaged. Delete the folder and run `ribbon land`: it lands again from the"
    " file that was delivered, which is kept. What a function of the project yielded has to be delivered again."
)

# What a Parquet file begins and ends with.
_MAGIC = b"PAR1"


class ExpectationResult(msgspec.Struct, frozen=True):
    """How a batch did at an expectation. unexpected, measured: rows; None where it is about the table."""

    expectation: str
    column: str | None
    arguments: dict[str, Any]
    severity: str
    met: bool
    unexpected: int | None = None
    measured: int | None = None


class ColumnFacts(msgspec.Struct, frozen=True):
    """A column of a batch. distinct: approximate. lowest, highest: of numbers, None for others and for hidden ones."""

    data_type: str
    nulls: int
    distinct: int
    lowest: float | None
    highest: float | None


class BatchFacts(msgspec.Struct, frozen=True):
    """A batch in figures: its rows, and its columns by name in their order."""

    rows: int
    columns: dict[str, ColumnFacts]


# What depends on a column, as people name it: columns, relations, use_cases, exposures.
Downstream = Mapping[str, Sequence[str]]


class Drift(msgspec.Struct, frozen=True):
    """A figure of a batch that is far off.

    what: null rate, distinct values, lowest value, highest value, rows, or days since the delivery before. column: None
    of the last two. batch: the one that is off. before: the usual figure, from how many batches. downstream: what
    depends on it; None where that is unknown.
    """

    what: str
    column: str | None
    batch: str
    now: float
    before: float
    batches: int
    downstream: Downstream | None = None


class BatchRecord(msgspec.Struct, frozen=True):
    """landed_at: when it came to the lake or into quarantine. released_at: when it came from there into the lake.

    file, content: the delivery that brought it, by name and SHA-256; of releases before 0.3, None.
    heading: the first line of the CSV file that rows in quarantine came with.
    facts: None of rows and files that do not fit, and where nobody counted. drift: what of them is far off.
    """

    rows: int
    landed_at: datetime
    expectations: tuple[ExpectationResult, ...] = ()
    released_at: datetime | None = None
    file: str | None = None
    content: str | None = None
    heading: str | None = None
    facts: BatchFacts | None = None
    drift: tuple[Drift, ...] = ()


def read_batch_record(folder: Path) -> BatchRecord:
    """The record of the batch in a folder. Raises WorldError where there is none or it is damaged."""
    path = folder / RECORD
    try:
        return msgspec.json.decode(path.read_bytes(), type=BatchRecord)
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        reason = "is not a record of a batch as `ribbon land` writes it"
    raise WorldError(f"{path}: {reason}. Delete the folder if the source can deliver the batch again.")


def batch_records(table_dir: Path) -> Iterator[BatchRecord]:
    """The records of all that a table has in the lake or in quarantine, by name.

    In quarantine that is also rows and files that do not fit their contract. Raises WorldError as `read_batch_record`.
    """
    for path in sorted(table_dir.glob(f"*=*/{RECORD}")):
        yield read_batch_record(path.parent)


def without_data(table_dir: Path) -> Iterator[Path]:
    """The batches of a table in the lake, as folders, that have rows by their record and no data that can be read."""
    for record in sorted(table_dir.glob(f"*=*/{RECORD}")):
        if read_batch_record(record.parent).rows and not _has_data(record.parent):
            yield record.parent


def require_whole(lake_dir: Path) -> None:
    """Raise WorldError where a batch of the lake lost its data: models would be built without its rows, in silence."""
    for table_dir in sorted(lake_dir.glob("*/*")):
        for folder in without_data(table_dir):
            raise WorldError(f"{folder}: {NO_DATA}")


def _has_data(folder: Path) -> bool:
    """Whether its Parquet files are there and end as Parquet does."""
    files = list(folder.glob("*.parquet"))
    return bool(files) and all(_ends_as_parquet(file) for file in files)


def _ends_as_parquet(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            opened.seek(-len(_MAGIC), os.SEEK_END)
            return opened.read() == _MAGIC
    except OSError:
        return False


def write_record(folder: Path, record: BatchRecord) -> None:
    """Write it whole or not at all: a batch that is validated again already has a record."""
    draft = folder / f"{RECORD}.draft"
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    draft.replace(folder / RECORD)
