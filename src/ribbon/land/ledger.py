"""The deliveries that a table has had: a record of each, beside its batches: what was landed, known and held."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

__all__ = ["DeliveredPart", "DeliveryRecord", "Ledger"]


class DeliveredPart(msgspec.Struct, frozen=True):
    """A file of a delivery.

    name: in the source's folder. kept: the name of the copy that is kept of it, its SHA-256 with its endings. stamp: of
    the file on disk, by which it is recognised without reading it.
    """

    name: str
    kept: str
    stamp: str

    @property
    def content(self) -> str:
        """SHA-256 of the file."""
        return self.kept.partition(".")[0]


class DeliveryRecord(msgspec.Struct, frozen=True):
    """A delivery that is being read, or was.

    name: of its file, or of what several files together are. content: SHA-256 of its bytes; of several, of theirs.
    rows: all that it holds, the sum of landed, known and quarantined. unfinished: whether its landing has not come to
    an end. held: whether a batch of it or all of it is in quarantine, so that another landing tries again. batches: ids
    of those that landed. released: whether it is made of rows of an earlier one, released from quarantine.
    """

    name: str
    content: str
    parts: tuple[DeliveredPart, ...]
    landed_at: datetime
    rows: int = 0
    landed: int = 0
    known: int = 0
    quarantined: int = 0
    unfinished: bool = True
    held: bool = False
    batches: tuple[str, ...] = ()
    released: bool = False


class Ledger:
    """All delivery records of a table, oldest first. folder: of the table in the lake."""

    def __init__(self, folder: Path) -> None:
        self._lake = folder
        self._folder = folder / "deliveries"
        self._records = sorted(_read(self._folder), key=lambda record: record.landed_at)

    def __iter__(self) -> Iterator[DeliveryRecord]:
        """Oldest first."""
        return iter(self._records)

    def latest_of(self, name: str) -> DeliveryRecord | None:
        """The last delivery of this name."""
        return next((each for each in reversed(self._records) if each.name == name and not each.released), None)

    def latest(self) -> DeliveryRecord | None:
        """The last delivery of the table."""
        return next((each for each in reversed(self._records) if not each.released), None)

    def is_done(self, record: DeliveryRecord) -> bool:
        """Whether nothing of a delivery is left to be tried again, and the lake still has what landed of it."""
        return not (record.unfinished or record.held) and self._has_batches(record)

    def is_lost(self, record: DeliveryRecord) -> bool:
        """Whether a batch that landed of a delivery, and not of its quarantine, is in the lake no more."""
        return not (record.unfinished or record.released) and not self._has_batches(record)

    def _has_batches(self, record: DeliveryRecord) -> bool:
        return all((self._lake / f"batch={batch_id}").is_dir() for batch_id in record.batches)

    def last_time(self) -> datetime | None:
        """When the last one was read."""
        return self._records[-1].landed_at if self._records else None

    def add(self, record: DeliveryRecord) -> None:
        """Write a record, whole or not at all. One of the same time takes the place of an unfinished one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{record.landed_at:%Y%m%dT%H%M%S%fZ}-{record.content[:12]}.json"
        draft = path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(record))
        draft.replace(path)
        self._records = [each for each in self._records if each.landed_at != record.landed_at] + [record]

    def forget(self, record: DeliveryRecord) -> None:
        """Delete the record of a landing that a later one has taken up again."""
        (self._folder / f"{record.landed_at:%Y%m%dT%H%M%S%fZ}-{record.content[:12]}.json").unlink(missing_ok=True)
        self._records.remove(record)


def _read(folder: Path) -> Iterable[DeliveryRecord]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield msgspec.json.decode(path.read_bytes(), type=DeliveryRecord)
        except (OSError, msgspec.MsgspecError):
            continue  # a delivery without a record is read again, and its rows are compared
