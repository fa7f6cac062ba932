"""Reading a delivery: its rows under the contract's names and types, in parts that are to become batches.

What does not fit is set apart row by row. A delivery that is damaged, or whose columns are not the contract's, stops.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from ribbon.engines.delivered_file import DeliveredFile, open_delivered
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.json_keys import undeclared_keys
from ribbon.engines.lake_batches import Incoming, LakeColumn, Part, Stamp, batch_keys, doubled_keys, stage
from ribbon.engines.misfits import Misfit, find_misfits
from ribbon.engines.parquet import row_count, type_name
from ribbon.errors import ConfigError, DeliveryError
from ribbon.land.columns import Matched, match_columns, new_keys
from ribbon.land.ledger import DeliveredPart, DeliveryRecord
from ribbon.masking import masked, quotes_values
from ribbon.model import Delivery, Finding, SourceTable

__all__ = ["BY_FILE", "DeliveryReader", "ReadDelivery", "StoppedError", "split_by"]

# What `batch_by` says where each file is a batch, which is so without `batch_by` unless files are parts of a snapshot.
BY_FILE = "_source_file"

# Of so many rows that do not fit, one is looked up for the message where all of them stop the file.
_SHOWN_OF = 100_000

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class ReadDelivery:
    """A delivery that was read. rows: all that it holds. parts: those that fit. misfits: those that do not.

    heading: the first line of a CSV file.
    """

    parts: tuple[Part, ...]
    columns: tuple[LakeColumn, ...]
    rows: int
    misfits: tuple[Misfit, ...]
    findings: tuple[Finding, ...]
    heading: str | None = None


class StoppedError(Exception):
    """Nothing of a delivery may land. rows: all that it holds, 0 where they cannot be counted."""

    def __init__(self, findings: Sequence[Finding], rows: int) -> None:
        super().__init__("; ".join(finding.what for finding in findings))
        self.findings = tuple(findings)
        self.rows = rows


def split_by(source: SourceTable) -> str | None:
    """The SQL whose values split a delivery into batches; None where it is one batch."""
    return None if source.delivery is Delivery.SNAPSHOT or source.batch_by == BY_FILE else source.batch_by


@dataclass(frozen=True)
class DeliveryReader:
    """Reads one delivery. kept: the folder of the files of which its parts name the kept copies.

    taken: ids of batches that its own must not have.
    """

    source: SourceTable
    record: DeliveryRecord
    kept: Path
    bench: Connection
    taken: Collection[str]

    def read(self, staging: Path) -> ReadDelivery:
        """Read it into a staging folder. Raises StoppedError where nothing of it may land."""
        reads = [self._file(part, staging / str(number)) for number, part in enumerate(self.record.parts)]
        return reads[0] if len(reads) == 1 else _together(reads, staging / "whole")

    def _file(self, part: DeliveredPart, folder: Path) -> ReadDelivery:
        source, kept = self.source, self.kept / part.kept
        types = {column.name: self._type_of(column.data_type) for column in source.columns}
        try:
            with open_delivered(self.bench, kept, source.format, source.columns, folder / "scratch") as file:
                matched = match_columns(source, file, part.name, types)
                if matched.stops:
                    raise StoppedError(matched.findings, 0 if file.is_text else row_count([kept]))
                return self._staged(part.name, file, matched, folder / "parts")
        except DeliveryError as error:
            reason = str(error).removeprefix(f"{kept.name}: ")
            if source.restricts and quotes_values(reason):
                reason = masked(reason)
            raise StoppedError([_unreadable(source, part.name, reason)], 0) from error

    def _type_of(self, data_type: str) -> str:
        try:
            return type_name(self.bench, data_type)
        except ConfigError as error:
            raise ConfigError(f"{self.source.where}: {error}") from error

    def _staged(self, name: str, file: DeliveredFile, matched: Matched, folder: Path) -> ReadDelivery:
        """The rows that fit, as Parquet; those that do not, as text. Above the declared share, it stops."""
        source = self.source
        incoming = Incoming(file, matched.columns, split_by(source))
        batches = self._batch_ids(name, batch_keys(self.bench, incoming, f"{source.where}: meta.batch_by"))
        stamp = Stamp(self.record.landed_at.strftime("%Y-%m-%d %H:%M:%S.%f"), name)
        parts, misfits = stage(self.bench, incoming, batches, stamp, folder)
        failing = misfits + len(file.broken())
        rows = sum(part.rows for part in parts) + failing
        found: list[Misfit] = []
        if failing:
            hidden = [column.name for column in source.columns if column.restricted]
            too_many = failing > source.max_misfits * rows
            if not too_many or failing <= _SHOWN_OF:
                found = find_misfits(self.bench, file, matched.columns, hidden)
            if too_many:
                raise StoppedError([_too_many(source, name, failing, rows, found[:1])], rows)
        if len(found) != failing:
            raise DeliveryError(f"{name}: rows that do not fit cannot be told from the others")
        if source.key and (doubled := doubled_keys(self.bench, parts, source.key)):
            raise StoppedError([_doubled(source, name, doubled, rows)], rows)
        keys = undeclared_keys(self.bench, file, matched.columns)
        findings = (*matched.findings, *new_keys(source, keys, name))
        return ReadDelivery(tuple(parts), matched.columns, rows, tuple(found), findings, file.heading)

    def _batch_ids(self, name: str, keys: Sequence[str | None]) -> dict[str | None, str]:
        """An id for each key: `week-01`, or `week-01.2` where another batch has that."""
        taken = set(self.taken)
        found = {}
        for key in keys:
            number, wanted = 1, self._batch_id(name, key)
            batch_id = wanted
            while batch_id in taken:
                number += 1
                batch_id = f"{wanted}.{number}"
            taken.add(batch_id)
            found[key] = batch_id
        return found

    def _batch_id(self, name: str, key: str | None) -> str:
        source, record = self.source, self.record
        if source.delivery is Delivery.SNAPSHOT or not source.batch_by:
            # The time first, so that the newest sorts last; then the content, so that another attempt is recognised.
            return f"{record.landed_at:%Y%m%dT%H%M%S.%fZ}-{record.content[:8]}"
        if source.batch_by == BY_FILE:
            key = re.sub(r"[^A-Za-z0-9._-]+", "-", name.partition(".")[0]) or "file"
        if key is None:
            return re.sub(r"\{.*?\}", "unknown", source.batch_id)
        try:
            batch_id = source.batch_id.format(int(key) if re.fullmatch(r"-?\d+", key) else key)
        except (ValueError, IndexError, KeyError) as error:
            raise ConfigError(
                f"{source.where}: meta.batch_id {source.batch_id!r} cannot format {key!r}:"
                f" {error}. Use a format of one value, such as 'week-{{:02d}}'."
            ) from error
        if not _PLAIN.fullmatch(batch_id):
            raise ConfigError(
                f"{source.where}: meta.batch_id makes {batch_id!r}, which is not a valid folder name."
                " Use letters, digits, dots, dashes and underscores."
            )
        return batch_id


def _together(reads: Sequence[ReadDelivery], folder: Path) -> ReadDelivery:
    """The files of one snapshot as one batch."""
    folder.mkdir(parents=True)
    parts = [part for read in reads for part in read.parts]
    for number, part in enumerate(parts):
        for file in part.files:
            file.rename(folder / f"{number}-{file.name}")
    rows = sum(part.rows for part in parts)
    columns = {column.name: column for read in reads for column in read.columns}
    return ReadDelivery(
        (Part(parts[0].key, parts[0].batch_id, folder, rows),) if parts else (),
        tuple(columns.values()),
        sum(read.rows for read in reads),
        tuple(misfit for read in reads for misfit in read.misfits),
        tuple(finding for read in reads for finding in read.findings),
        reads[0].heading,
    )


def _unreadable(source: SourceTable, name: str, reason: str) -> Finding:
    return Finding(
        source.where,
        f"{name} cannot be read",
        reason,
        "it is in quarantine whole; have it delivered again, or correct meta.format",
    )


def _doubled(source: SourceTable, name: str, doubled: int, rows: int) -> Finding:
    return Finding(
        source.where,
        f"{doubled:,} of {rows:,} rows of {name} have no key of their own",
        f"meta.key is {', '.join(source.key)}: a delivery has one row of each, and none without",
        "it is in quarantine whole; have it delivered again, or correct meta.key",
    )


def _too_many(source: SourceTable, name: str, failing: int, rows: int, first: Sequence[Misfit]) -> Finding:
    example = "".join(f"line {misfit.line}: {misfit.reasons[0]}; " for misfit in first)
    return Finding(
        source.where,
        f"{failing:,} of {rows:,} rows of {name} do not fit the contract",
        f"{example}meta.max_misfits lets {source.max_misfits:.0%} go to quarantine row by row; more is drift",
        f"it is in quarantine whole; correct the contract, then `ribbon quarantine release {source}`",
    )
