"""The rows of a delivery as Parquet batches of the lake, and what of them the lake has already.

Rows are compared as multisets, under the names and in the types that the contract has today.
"""

import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from pyarrow import parquet

from ribbon.engines.delivered_file import DeliveredFile, free_name
from ribbon.engines.duckdb_file import Connection, literal, quoted, reason_of
from ribbon.engines.parquet import scan
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Column

__all__ = [
    "LakeColumn",
    "Landed",
    "Part",
    "Stamp",
    "batch_keys",
    "column_names",
    "current_rows",
    "doubled_keys",
    "is_same_table",
    "released_rows",
    "stage",
    "without",
]

# From so many batches on, a delivery is written in two shares side by side. So many ids make a type of their own.
_MANY, _SHARES, _FEW = 8, 2, 1_000

# Rows of a delivery that do not fit the contract.
_MISFITS = -1


@dataclass(frozen=True)
class LakeColumn:
    """A column as it lands.

    source: SQL of it as delivered. value: SQL of it in its declared type. fits: SQL that is true where the value fits
    that type, None where all do. earlier: names under which older batches have it.
    """

    name: str
    data_type: str
    source: str
    value: str
    fits: str | None = None
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stamp:
    """What every row of a delivery carries. at: a timestamp in UTC, as SQL writes it. file: where it came from."""

    at: str
    file: str


@dataclass(frozen=True)
class Part:
    """Rows that are to become a batch. key: of the batch, as text. files: hold the rows, in a folder of their own."""

    key: str | None
    batch_id: str
    folder: Path
    rows: int

    @property
    def files(self) -> tuple[Path, ...]:
        """The Parquet files that hold the rows."""
        return tuple(sorted(self.folder.glob("*.parquet")))


@dataclass(frozen=True)
class Landed:
    """Rows that the lake has. files: of batches with the same columns. where: SQL that picks the rows."""

    files: tuple[Path, ...]
    where: str = "true"


@dataclass(frozen=True)
class Incoming:
    """The rows of a file, as they land. batch_by: SQL over the columns, whose values split them into batches."""

    file: DeliveredFile
    columns: tuple[LakeColumn, ...]
    batch_by: str | None

    @property
    def fits(self) -> str:
        """SQL that is true for a row that fits; empty where all do."""
        conditions = [f"coalesce({column.fits}, false)" for column in self.columns if column.fits]
        if self.file.sound:
            conditions.insert(0, f"coalesce({self.file.sound}, false)")
        return " and ".join(conditions)

    def typed(self, fits: str | None = None) -> str:
        """The rows under the lake's names and types; `fits` names a column for whether all of the row fits."""
        values = [f"{column.value} as {quoted(column.name)}" for column in self.columns]
        if fits:
            values.append(f"{self.fits} as {quoted(fits)}")
        return f"(select {', '.join(values)} from {self.file.rows})"


def batch_keys(connection: Connection, incoming: Incoming, where: str) -> list[str | None]:
    """The values of `batch_by` in a file, as text, ordered; None for rows without one, or without `batch_by`.

    where: what to name in the ConfigError that is raised if the SQL is wrong.
    """
    batch_by = incoming.batch_by
    if batch_by is None:
        return [None]
    try:
        rows = incoming.file.attempt(
            lambda: connection.execute(
                f"select distinct cast({batch_by} as varchar) from {incoming.typed()} as typed order by 1"
            ).fetchall()
        )
        return [key for (key,) in rows]
    except (duckdb.BinderException, duckdb.ParserException, duckdb.ConversionException) as error:
        raise ConfigError(f"{where}: {batch_by}: {reason_of(error)}") from error


def stage(
    connection: Connection, incoming: Incoming, batches: Mapping[str | None, str], stamp: Stamp, folder: Path
) -> tuple[list[Part], int]:
    """Write the rows of a file that fit, a folder for each batch. Returns the parts, and how many rows do not fit.

    batches: the ids of the batches by key; one entry where `batch_by` is None. folder: empty or missing.
    """
    place = free_name("place", [Column(each.name, each.data_type) for each in incoming.columns])
    fits, at = f"{place}_fits", f"{place}_at"
    places = {key: number for number, key in enumerate(batches)}

    # Writing to many files keeps one core busy. Text is parsed by all of them, so it is read once.
    shares = _SHARES if len(batches) >= _MANY and not incoming.file.is_text else 1

    def write(share: int, cursor: Connection) -> None:
        placed = _placed(incoming, batches, stamp, fits, at, (share, shares))
        _write(cursor, placed, folder / str(share), at)

    def write_all() -> None:
        if shares == 1:  # what is broken in text is recorded on this very connection
            write(0, connection)
            return
        cursors = [connection.cursor() for _ in range(shares)]
        with ThreadPoolExecutor(shares) as threads:
            list(threads.map(write, range(shares), cursors))

    incoming.file.attempt(write_all)
    parts = []
    for key, number in places.items():
        for written in folder.glob(f"*/{at}={number}"):
            parts.append(Part(key, batches[key], written, _row_count(written)))
    return parts, sum(map(_row_count, folder.glob(f"*/{at}={_MISFITS}")))


def _placed(
    incoming: Incoming,
    batches: Mapping[str | None, str],
    stamp: Stamp,
    fits: str,
    at: str,
    share: tuple[int, int],
) -> str:
    """The rows with what the lake adds to them, and a column `at` for the number of the batch.

    share: which part of the batches, of how many: (0, 1) is all of them.
    """
    key, named = f"{at}_key", f"{at}_id"
    typed, joined, number, batch_id = incoming.typed(fits if incoming.fits else None), "", "0", ""
    if incoming.batch_by:
        listed = ", ".join(
            f"({_key(each)}, {place:d}, {literal(name)})" for place, (each, name) in enumerate(batches.items())
        )
        typed = f"(select *, cast({incoming.batch_by} as varchar) as {quoted(key)} from {typed} as typed)"
        if share[1] > 1:
            typed = f"(select * from {typed} as typed where hash(typed.{quoted(key)}) % {share[1]:d} = {share[0]:d})"
        columns = ", ".join(map(quoted, (key, at, named)))
        joined = (
            f" left join (values {listed}) as batches ({columns})"
            f" on typed.{quoted(key)} is not distinct from batches.{quoted(key)}"
        )
        number, batch_id = f"batches.{quoted(at)}", _one_of(f"batches.{quoted(named)}", batches.values())
    names = ", ".join(f"typed.{quoted(column.name)}" for column in incoming.columns)
    place = f"case when {quoted(fits)} then {number} else {_MISFITS:d} end" if incoming.fits else number
    return (
        f"select {names}, {batch_id or _one_of(literal(batches[None]), [batches[None]])} as _batch_id,"
        f" cast({literal(stamp.at)} as timestamp) as _loaded_at,"
        f" {_one_of(literal(stamp.file), [stamp.file])} as _source_file,"
        f" {place} as {quoted(at)} from {typed} as typed{joined}"
    )


def _one_of(text: str, values: Collection[str]) -> str:
    """A text that is one of a few values, so that DuckDB need not collect them again to write it."""
    return f"cast({text} as enum({', '.join(map(literal, values))}))" if len(values) <= _FEW else text


def _key(key: str | None) -> str:
    return "null" if key is None else literal(key)


def _row_count(folder: Path) -> int:
    return sum(int(parquet.read_metadata(file).num_rows) for file in folder.glob("*.parquet"))


def without(
    connection: Connection,
    parts: Sequence[Part],
    landed: Sequence[Landed],
    columns: Sequence[LakeColumn],
    batch_by: str | None,
) -> list[Part]:
    """The parts without the rows that have landed; of equal rows, as many remain as are missing.

    landed: by groups of batches with the same columns. Columns that a group lacks do not tell its rows from others.
    """
    remaining = [part for part in parts if not _are_all_landed(connection, part, landed, columns, batch_by)]
    return [left for part in remaining if (left := _rest_of(connection, part, landed, columns, batch_by)).rows]


def current_rows(
    connection: Connection,
    parts: Sequence[Part],
    landed: Sequence[Landed],
    columns: Sequence[LakeColumn],
    key: Sequence[str],
) -> list[Part]:
    """The parts without the rows that are the newest of their key already."""
    files = [file for group in landed for file in group.files]
    if not files:
        return list(parts)
    found = _columns_of(connection, files)
    same = [column for column in columns if _value_in(column, found)]
    ordered = ", ".join(f"{_value_in(column, found)}" for column in columns if column.name in key)
    newest = (
        f"(select {_as_today(same, found)} from {scan(files)}"
        f" qualify row_number() over (partition by {ordered} order by _loaded_at desc) = 1)"
    )
    equal = " and ".join(
        f"staged.{quoted(column.name)} is not distinct from landed.{quoted(column.name)}" for column in same
    )
    left = []
    for part in parts:
        rows = f"select staged.* from {scan(part.files)} as staged anti join {newest} as landed on {equal}"
        left.append(_rewritten(connection, part, rows))
    return [part for part in left if part.rows]


def is_same_table(
    connection: Connection, files: Sequence[Path], landed: Sequence[Path], columns: Sequence[LakeColumn]
) -> bool:
    """Whether files hold the same rows as a batch, which has the same columns."""
    found = _columns_of(connection, landed)
    if any(not _value_in(column, found) for column in columns):
        return False
    names = ", ".join(quoted(column.name) for column in columns)
    here = _totals(connection, f"select {names} from {scan(files)}", names)
    return here == _totals(connection, f"select {_as_today(columns, found)} from {scan(landed)}", names)


def column_names(file: Path) -> tuple[str, ...]:
    """The columns of a Parquet file of the lake."""
    return tuple(parquet.read_schema(file).names)


def doubled_keys(connection: Connection, parts: Sequence[Part], key: Sequence[str]) -> int:
    """How many rows of the parts have no key or share theirs with another one."""
    files = [file for part in parts for file in part.files]
    if not files:
        return 0
    names = ", ".join(map(quoted, key))
    missing = " or ".join(f"{quoted(name)} is null" for name in key)
    found = connection.execute(
        f"select coalesce(sum(copies), 0) from (select count(*) as copies from {scan(files)}"
        f" group by {names} having count(*) > 1 or {missing})"
    ).fetchone()
    return int(found[0]) if found else 0


def released_rows(connection: Connection, files: Sequence[Path], batch_id: str, file: Path) -> None:
    """Write rows that a batch set aside to a file of a batch of their own, without the reasons."""
    connection.execute(
        f"copy (select * exclude (_quarantine_reasons) replace ({literal(batch_id)} as _batch_id) from {scan(files)})"
        f" to {literal(str(file))} (format parquet, compression zstd)"
    )


def _write(connection: Connection, rows: str, folder: Path, by: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection.execute(
            f"copy ({rows}) to {literal(str(folder))} (format parquet, compression zstd, partition_by ({quoted(by)}))"
        )
    except duckdb.IOException as error:
        if str(folder) in str(error):
            raise WorldError(f"{folder}: cannot be written: {reason_of(error)}") from error
        raise  # the delivered file cannot be read


def _rewritten(connection: Connection, part: Part, rows: str) -> Part:
    """The part with these rows in place of its own."""
    folder = part.folder.with_name(f"{part.folder.name}-rest")
    folder.mkdir()
    file = folder / "data_0.parquet"
    connection.execute(f"copy ({rows}) to {literal(str(file))} (format parquet, compression zstd)")
    return replace(part, folder=folder, rows=parquet.read_metadata(file).num_rows)


def _are_all_landed(
    connection: Connection, part: Part, landed: Sequence[Landed], columns: Sequence[LakeColumn], batch_by: str | None
) -> bool:
    """Whether the lake has the part's rows, by their number and the sum of their hashes. Few keys change, of many."""
    if not landed:
        return False
    found = [_columns_of(connection, group.files) for group in landed]
    same = [column for column in columns if all(_value_in(column, each) for each in found)]
    names = ", ".join(quoted(column.name) for column in same)
    if not same:
        return False
    groups = " union all ".join(
        _landed_rows(group, same, each, part.key, batch_by) for group, each in zip(landed, found, strict=True)
    )
    here = _totals(connection, f"select {names} from {scan(part.files)}", names)
    return here == _totals(connection, groups, names)


def _rest_of(
    connection: Connection, part: Part, landed: Sequence[Landed], columns: Sequence[LakeColumn], batch_by: str | None
) -> Part:
    left = part
    for group in landed:
        found = _columns_of(connection, group.files)
        same = [column for column in columns if _value_in(column, found)]
        if not same or not left.rows:
            continue
        names = ", ".join(quoted(column.name) for column in same)
        copy = free_name("copy", [Column(column.name, column.data_type) for column in columns])
        numbered = f"row_number() over (partition by {names}) as {quoted(copy)}"
        equal = " and ".join(
            f"staged.{quoted(name)} is not distinct from landed.{quoted(name)}"
            for name in (*(column.name for column in same), copy)
        )
        here = f"(select *, {numbered} from {scan(left.files)})"
        there = f"(select *, {numbered} from ({_landed_rows(group, same, found, part.key, batch_by)}))"
        rows = f"select staged.* exclude ({quoted(copy)}) from {here} as staged anti join {there} as landed on {equal}"
        left = _rewritten(connection, left, rows)
    return left


def _landed_rows(
    group: Landed, columns: Sequence[LakeColumn], found: Mapping[str, str], key: str | None, batch_by: str | None
) -> str:
    rows = f"select {_as_today(columns, found)} from {scan(group.files)} where {group.where}"
    if batch_by is None:
        return rows
    return f"select * from ({rows}) where cast({batch_by} as varchar) is not distinct from {_key(key)}"


def _as_today(columns: Iterable[LakeColumn], found: Mapping[str, str]) -> str:
    return ", ".join(
        f"try_cast({_value_in(column, found)} as {column.data_type}) as {quoted(column.name)}" for column in columns
    )


def _value_in(column: LakeColumn, found: Mapping[str, str]) -> str:
    """SQL of a column in batches that have the columns `found`; empty where they do not have it under any name."""
    names = {name.casefold(): name for name in found}
    there = [quoted(names[name.casefold()]) for name in (column.name, *column.earlier) if name.casefold() in names]
    return f"coalesce({', '.join(there)})" if len(there) > 1 else "".join(there)


def _columns_of(connection: Connection, files: Sequence[Path]) -> dict[str, str]:
    rows: list[tuple[Any, ...]] = connection.execute(f"describe select * from {scan(files)}").fetchall()
    return {row[0]: row[1] for row in rows}


def _totals(connection: Connection, rows: str, names: str) -> tuple[Any, ...] | None:
    """How many rows there are and what they hash to, whatever their order."""
    return connection.execute(f"select count(*), sum(hash({names})) from ({rows})").fetchone()
