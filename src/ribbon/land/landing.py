"""Landing one table: deliveries become batches of the lake, each validated before it enters by one rename.

Every row of a delivery ends in one of three places: it lands, it is in the lake already, or it is in quarantine with
the reason. A delivery stands alone: one that is damaged or does not fit its contract does not stop the others.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from ribbon.batch_record import read_batch_record
from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.lake_batches import Part
from ribbon.errors import WorldError
from ribbon.land.admission import BatchOutcome, Came, Held, admit, hold_file, hold_misfits, table_folders
from ribbon.land.arrivals import Arrival, is_complete, keep, kept_folder, let_go, offered_files
from ribbon.land.drift import DownstreamOf, DriftWatch, nobody_looked, overdue_delivery, with_downstream
from ribbon.land.ledger import DeliveredPart, DeliveryRecord, Ledger
from ribbon.land.news import new_parts
from ribbon.land.reading import BY_FILE, DeliveryReader, StoppedError
from ribbon.model import Delivery, Finding, SourceTable
from ribbon.quality.door import Door
from ribbon.quality.support import check_supported

__all__ = [
    "About",
    "Again",
    "DeliveryOutcome",
    "TableOutcome",
    "land_record",
    "land_table",
    "opened_table",
    "rows_in_lake",
]

BatchListener = Callable[[int, int], None]


@dataclass(frozen=True)
class About:
    """What is around a landing.

    listen: called with the number of a delivery's batches that are done and their total. downstream: says what depends
    on a column that drifts.
    """

    listen: BatchListener = lambda _done, _total: None
    downstream: DownstreamOf = nobody_looked


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of a delivery. rows is the sum of landed, known (in the lake already) and quarantined.

    stopped: whether all of it is in quarantine; its rows are then 0 where they could not be counted.
    """

    name: str
    rows: int = 0
    landed: int = 0
    known: int = 0
    quarantined: int = 0
    batches: tuple[BatchOutcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    stopped: bool = False


@dataclass(frozen=True)
class TableOutcome:
    """What became of a table's deliveries. waiting: files that are still being written, left for the next landing.

    overdue: a finding where none came for far longer than usual.
    """

    source: SourceTable
    deliveries: tuple[DeliveryOutcome, ...] = ()
    waiting: tuple[str, ...] = ()
    overdue: tuple[Finding, ...] = ()

    @property
    def batches(self) -> tuple[BatchOutcome, ...]:
        """All batches, landed or not."""
        return tuple(batch for delivery in self.deliveries for batch in delivery.batches)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, those of each delivery before those of its batches."""
        return self.overdue + tuple(
            finding
            for delivery in self.deliveries
            for finding in (*delivery.findings, *(each for batch in delivery.batches for each in batch.findings))
        )

    @property
    def landed_rows(self) -> int:
        """Rows that entered the lake."""
        return sum(delivery.landed for delivery in self.deliveries)

    @property
    def quarantined(self) -> tuple[BatchOutcome, ...]:
        """Batches that went to quarantine."""
        return tuple(batch for batch in self.batches if not batch.landed)

    @property
    def is_accepted(self) -> bool:
        """Whether nothing went to quarantine."""
        return not any(delivery.quarantined or delivery.stopped for delivery in self.deliveries)


@dataclass(frozen=True)
class OpenedTable:
    """A table into which deliveries are landed, one after the other. staging: a folder on the lake's disk."""

    project: ProjectPaths
    source: SourceTable
    bench: Connection
    door: Door
    ledger: Ledger
    staging: Path
    listen: BatchListener
    watch: DriftWatch

    def next_time(self) -> datetime:
        """Now, but later than every delivery of the table before, so that the newest sorts last."""
        now, last = datetime.now(UTC), self.ledger.last_time()
        return max(now, last + timedelta(microseconds=1)) if last else now


@contextmanager
def opened_table(
    project: ProjectPaths,
    source: SourceTable,
    bench: Connection,
    door: Door,
    about: About | None = None,
) -> Iterator[OpenedTable]:
    """The table with an empty staging folder, which is deleted at the end; so is what a killed landing left there."""
    about = about or About()
    staging = project.lake_dir / ".staging"
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
    except OSError as error:
        raise WorldError(
            f"{project.lake_dir}: cannot be written: {error.strerror}. Make it writable, or set RIBBON_DATA."
        ) from error
    try:
        watch = DriftWatch(project, source, bench, about.downstream)
        yield OpenedTable(project, source, bench, door, _ledger(project, source), staging, about.listen, watch)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def land_table(
    project: ProjectPaths,
    source: SourceTable,
    origin: Path | None,
    bench: Connection,
    door: Door,
    about: About | None = None,
) -> TableOutcome:
    """Land new deliveries of one table. origin: a folder to read instead of the contract's.

    Raises ConfigError and WorldError if there are no files, or if the lake cannot be written.
    """
    check_supported(source)
    try:
        arrivals = offered_files(project, source, origin)
        return _landed(project, source, arrivals, bench, door, about or About())
    finally:
        let_go(project)


def _landed(
    project: ProjectPaths,
    source: SourceTable,
    arrivals: Sequence[Arrival],
    bench: Connection,
    door: Door,
    about: About,
) -> TableOutcome:
    ledger = _ledger(project, source)
    new = [each for each in arrivals if not _is_known_by_stamp(each, ledger, source)]
    if not new and not any(record.unfinished for record in ledger) and not _lost(source, ledger):
        return TableOutcome(source, overdue=overdue_delivery(source, ledger, about.downstream))
    with opened_table(project, source, bench, door, about) as table:
        outcomes = _resumed(table, {each.name for each in arrivals})
        waiting = {each.name for each in new if not is_complete(each, source)}
        for group in _deliveries(source, arrivals, [each for each in new if each.name not in waiting]):
            if waiting & {each.name for each in group}:
                continue
            parts = _kept(table, group)
            if parts is None:
                waiting |= {each.name for each in group}
            elif outcome := _landed_if_new(table, parts):
                outcomes.append(outcome)
    return TableOutcome(source, tuple(outcomes), tuple(sorted(waiting)))


def rows_in_lake(project: ProjectPaths, source: SourceTable) -> int:
    """All rows of a table that have landed."""
    return sum(read_batch_record(batch).rows for batch in table_folders(project, source)[0].glob("batch=*"))


def _ledger(project: ProjectPaths, source: SourceTable) -> Ledger:
    return Ledger(table_folders(project, source)[0])


def _is_one_delivery(source: SourceTable) -> bool:
    """Whether all files on offer are one delivery: the parts of a snapshot."""
    return source.delivery is Delivery.SNAPSHOT and source.batch_by != BY_FILE


def _deliveries(
    source: SourceTable, arrivals: Sequence[Arrival], new: Sequence[Arrival]
) -> Iterator[Sequence[Arrival]]:
    if not _is_one_delivery(source):
        yield from ([each] for each in new)
    elif new:
        yield arrivals


def _is_known_by_stamp(arrival: Arrival, ledger: Ledger, source: SourceTable) -> bool:
    record = ledger.latest() if _is_one_delivery(source) else ledger.latest_of(arrival.name)
    return (
        record is not None
        and ledger.is_done(record)
        and any(part.name == arrival.name and part.stamp == arrival.stamp for part in record.parts)
    )


def _kept(table: OpenedTable, arrivals: Sequence[Arrival]) -> tuple[DeliveredPart, ...] | None:
    """Copies of the files; None where one of them is still being written."""
    folder = kept_folder(table.project, table.source)
    parts = []
    for arrival in arrivals:
        try:
            kept = keep(arrival, folder)
        except OSError as error:
            raise WorldError(f"{arrival.path}: cannot be copied to {folder}: {error.strerror}.") from error
        if kept is None:
            return None
        parts.append(DeliveredPart(arrival.name, kept.name, arrival.stamp))
    return tuple(parts)


def _landed_if_new(table: OpenedTable, parts: tuple[DeliveredPart, ...]) -> DeliveryOutcome | None:
    """Land a delivery. One that is known by its content is noted, so that it need not be read again the next time."""
    record = _record(table, parts)
    twin = _twin(table, record)
    if twin is None:
        return land_record(table, record)
    if twin.parts != parts:
        noted = msgspec.structs.replace(record, rows=twin.rows, known=twin.rows, unfinished=False, batches=twin.batches)
        table.ledger.add(noted)
    return DeliveryOutcome(record.name, twin.rows, known=twin.rows) if twin.name != record.name else None


def _record(table: OpenedTable, parts: tuple[DeliveredPart, ...]) -> DeliveryRecord:
    if len(parts) == 1:
        return DeliveryRecord(parts[0].name, parts[0].content, parts, table.next_time())
    together = hashlib.sha256("".join(part.content for part in parts).encode()).hexdigest()
    return DeliveryRecord(table.source.files, together, parts, table.next_time())


def _twin(table: OpenedTable, record: DeliveryRecord) -> DeliveryRecord | None:
    """A delivery of the same content that makes this one known, with nothing in quarantine to be tried again.

    Where rows are only added, that is any. Elsewhere it is the last one: an older one that comes back is news.
    """
    mode, ledger = table.source.delivery, table.ledger
    if mode is Delivery.APPEND:
        candidates = [each for each in ledger if each.content == record.content]
    else:
        last = ledger.latest_of(record.name) if mode is Delivery.UPSERT else ledger.latest()
        candidates = [last] if last and last.content == record.content else []
    return next((each for each in candidates if ledger.is_done(each)), None)


def _resumed(table: OpenedTable, on_offer: set[str]) -> list[DeliveryOutcome]:
    """Take up landings that were killed, and deliveries of which a batch was deleted from the lake.

    Where its files are still on offer, a delivery is read again anyway. A snapshot or an upsert that came before the
    last one is not: it would pass for news.
    """
    outcomes = []
    kept = kept_folder(table.project, table.source)

    def can_be_read(record: DeliveryRecord) -> bool:
        away = not {part.name for part in record.parts} & on_offer
        return away and all((kept / part.kept).exists() for part in record.parts)

    for record in [each for each in table.ledger if each.unfinished]:
        table.ledger.forget(record)
        if can_be_read(record):
            outcomes.append(land_record(table, _record(table, record.parts)))
    for record in _lost(table.source, table.ledger):
        if can_be_read(record):
            outcomes.append(land_record(table, _record(table, record.parts)))
            table.ledger.forget(record)
    return outcomes


def _lost(source: SourceTable, ledger: Ledger) -> list[DeliveryRecord]:
    """The deliveries of which a batch was deleted from the lake, where reading an old one again is no news."""
    return [each for each in ledger if ledger.is_lost(each)] if source.delivery is Delivery.APPEND else []


@dataclass(frozen=True)
class Again:
    """Rows of a quarantine that are read again. folder: theirs there. kept_in: the folder of the file with their text.

    lines: by the line in that file, the line in the file that brought them.
    """

    folder: Path
    kept_in: Path
    lines: Mapping[int, int]


def land_record(table: OpenedTable, record: DeliveryRecord, again: Again | None = None) -> DeliveryOutcome:
    """Read a delivery from the bytes that were kept, and put each of its rows where it belongs.

    again: where it is made of rows of the quarantine.
    """
    project, source = table.project, table.source
    came = Came(record.name, record.content, record.landed_at)
    table.ledger.add(record)
    staging = table.staging / f"{record.landed_at:%H%M%S%f}"
    staging.mkdir()
    kept = again.kept_in if again else kept_folder(project, source)
    try:
        read = DeliveryReader(source, record, kept, table.bench, _taken(table, came)).read(staging)
    except StoppedError as stopped:
        hold_file(project, source, staging, stopped.findings, stopped.rows, came)
        findings = with_downstream(stopped.findings, source, table.watch.downstream)
        outcome = DeliveryOutcome(record.name, stopped.rows, quarantined=stopped.rows, findings=findings, stopped=True)
        table.ledger.add(_finished(record, outcome, held=True))
        return outcome
    is_new = again is not None and source.delivery is Delivery.APPEND
    new = read.parts if is_new else new_parts(source, record, read, table_folders(project, source), table.bench)
    batches = _admitted(table, new, staging, came)
    failing = [replace(each, line=again.lines.get(each.line, each.line)) if again else each for each in read.misfits]
    misfits, finding = hold_misfits(
        project, source, staging, Held(failing, read.rows, read.heading), came, again.folder if again else None
    )
    drifted = with_downstream(read.findings, source, table.watch.downstream)
    held = sum(batch.rows for batch in batches if not batch.landed)
    landed = sum(batch.rows for batch in batches if batch.landed)
    quarantined = held + misfits + sum(batch.set_aside for batch in batches)
    outcome = DeliveryOutcome(
        record.name,
        read.rows,
        landed,
        read.rows - landed - quarantined,
        quarantined,
        tuple(batches),
        (*drifted, *([finding] if finding else [])),
    )
    table.ledger.add(_finished(record, outcome, held=bool(held)))
    shutil.rmtree(staging)
    return outcome


def _finished(record: DeliveryRecord, outcome: DeliveryOutcome, *, held: bool) -> DeliveryRecord:
    return msgspec.structs.replace(
        record,
        rows=outcome.rows,
        landed=outcome.landed,
        known=outcome.known,
        quarantined=outcome.quarantined,
        unfinished=False,
        held=held,
        batches=tuple(batch.batch_id for batch in outcome.batches if batch.landed),
    )


def _admitted(table: OpenedTable, parts: Sequence[Part], staging: Path, came: Came) -> list[BatchOutcome]:
    """Validate the parts as batches, and let each one in or not."""
    (staging / "batches").mkdir()
    outcomes: list[BatchOutcome] = []
    for part in sorted(parts, key=lambda each: each.batch_id):
        folder = part.folder.rename(staging / "batches" / f"batch={part.batch_id}")
        outcomes.append(admit(table.project, table.source, folder, came, table.door, table.watch))
        table.listen(len(outcomes), len(parts))
    return outcomes


def _taken(table: OpenedTable, came: Came) -> set[str]:
    """Ids of batches that a new one must not have: those of the lake, and of other deliveries in quarantine."""
    lake, quarantine = table_folders(table.project, table.source)
    held = [each for each in quarantine.glob("batch=*") if read_batch_record(each).content not in {None, came.content}]
    return {each.name.removeprefix("batch=") for each in (*lake.glob("batch=*"), *held)}
