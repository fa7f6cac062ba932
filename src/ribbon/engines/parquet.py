"""Parquet files through DuckDB: their columns and rows, comparing deliveries, writing batches.

A row of a source is identified by its declared columns. Deliveries are compared as multisets of rows, by the key whose
values make the batches, so a file that is delivered twice lands once, and a row that comes late lands alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, open_memory, quoted, reason_of
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Column

__all__ = [
    "Key",
    "Offer",
    "ParquetBench",
    "csv_to_parquet",
    "open_bench",
    "parquet_records",
    "rows_in_common",
    "scan",
    "some_rows",
]

# A value of the key as text; None is the key of rows that have none.
Key = str | None

# Columns of the statements below alone.
PATH, KEY, COPY = "_ribbon_path", "_ribbon_key", "_ribbon_copy"

# Rows that are in memory at once.
_ROWS = 10_000

# A narrower type lands where a wider one is declared: no value changes.
WIDENS_TO = {
    "BIGINT": {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"},
    "DOUBLE": {"FLOAT"},
    "TIMESTAMP": {"TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"},
}


@dataclass(frozen=True)
class Offer:
    """What a source offers: its files, the SQL of the key, and the columns that make a row's identity."""

    files: Sequence[Path]
    key: str
    identity: Sequence[str]


def scan(files: Sequence[Path], path_as: str = "") -> str:
    """The rows of all files together, as SQL. path_as: the name of a column for the path of each row's file."""
    listed = ", ".join(literal(str(file)) for file in files)
    named = f", filename = {literal(path_as)}" if path_as else ""
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false{named})"


@contextmanager
def open_bench(scratch: Path, memory_limit: str) -> Iterator["ParquetBench"]:
    """An in-memory DuckDB for work on Parquet files. scratch: where it may spill. memory_limit: as DuckDB writes it."""
    with open_memory(memory_limit, scratch) as connection:
        yield ParquetBench(connection)


class ParquetBench:
    """Reads, compares and writes Parquet files with one DuckDB."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def columns_of(self, file: Path) -> list[Column]:
        """The columns of one file. Raises WorldError where it is no Parquet."""
        try:
            rows = self._rows(f"describe select * from {scan([file])}")
        except duckdb.Error as error:
            raise WorldError(
                f"{file}: is not a readable Parquet file: {reason_of(error)}. Have it delivered again."
            ) from error
        return [Column(row[0], row[1]) for row in rows]

    def type_name(self, data_type: str) -> str:
        """DuckDB's own name of a declared type, so that `string` and `VARCHAR` compare equal."""
        try:
            return str(self._rows(f"select typeof(cast(null as {data_type}))")[0][0])
        except duckdb.Error:
            return data_type

    def fits(self, actual: str, declared: str) -> bool:
        """Whether values of a type land in a column that is declared as another, because no value changes."""
        wanted, given = self.type_name(declared), self.type_name(actual)
        return wanted == given or given in WIDENS_TO.get(wanted, ())

    def fingerprints(self, offer: Offer, where: str = "the key") -> dict[Key, tuple[int, int]]:
        """For each value of the key: how many rows it has and what they hash to, whatever their order.

        where: what to name in the ConfigError that is raised if the key's SQL is wrong.
        """
        columns = ", ".join(quoted(column) for column in offer.identity)
        try:
            rows = self._rows(
                f"select {offer.key}, count(*), sum(hash({columns})) from {scan(offer.files)} group by 1 order by 1"
            )
        except (duckdb.BinderException, duckdb.ParserException, duckdb.ConversionException) as error:
            raise ConfigError(f"{where}: {offer.key}: {reason_of(error)}") from error
        return {key: (count, hashed) for key, count, hashed in rows}

    def write(self, offer: Offer, batch_ids: Mapping[Key, str], stamp: str, folder: Path) -> None:
        """Write the rows of each key of `batch_ids` to a folder batch=<id>.

        stamp: when this happens, as a SQL timestamp in UTC.
        """
        self._copy(f"select * from {_keyed(offer, offer.files)} as offered", batch_ids, stamp, folder)

    def write_missing(
        self, offer: Offer, landed: Sequence[Path], batch_ids: Mapping[Key, str], stamp: str, folder: Path
    ) -> None:
        """As `write`, without the rows that the landed files hold already; of equal rows, as many as are missing."""
        same = " and ".join(
            f"offered.{quoted(column)} is not distinct from landed.{quoted(column)}"
            for column in (*offer.identity, COPY)
        )
        self._copy(
            f"select offered.* exclude ({COPY})"
            f" from {_numbered(offer, offer.files, batch_ids)} as offered"
            f" anti join {_numbered(offer, landed, batch_ids)} as landed on {same}",
            batch_ids,
            stamp,
            folder,
        )

    def row_count(self, files: Sequence[Path]) -> int:
        """Rows in all of the files together."""
        return int(self._rows(f"select count(*) from {scan(files)}")[0][0]) if files else 0

    def _copy(self, rows: str, batch_ids: Mapping[Key, str], stamp: str, folder: Path) -> None:
        named = ", ".join(f"({_key(key)}, {literal(name)})" for key, name in batch_ids.items())
        statement = f"""
            copy (
                select
                    offered.* exclude ({PATH}, {KEY}),
                    batches.id as _batch_id,
                    cast({literal(stamp)} as timestamp) as _loaded_at,
                    parse_filename(offered.{PATH}) as _source_file,
                    batches.id as batch
                from ({rows}) as offered
                inner join (values {named}) as batches (key, id) on offered.{KEY} is not distinct from batches.key
            ) to {literal(str(folder))} (format parquet, compression zstd, partition_by (batch))
            """
        try:
            self._connection.execute(statement)
        except duckdb.IOException as error:
            raise WorldError(f"{folder}: cannot be written: {reason_of(error)}") from error

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()


def _key(value: Key) -> str:
    return "null" if value is None else literal(value)


def _keyed(offer: Offer, files: Sequence[Path]) -> str:
    return f"(select *, {offer.key} as {KEY} from {scan(files, path_as=PATH)})"


def _numbered(offer: Offer, files: Sequence[Path], keys: Iterable[Key]) -> str:
    """The rows of some keys with equal ones numbered, so that the second copy of a row differs from the first."""
    identity = ", ".join(quoted(column) for column in offer.identity)
    wanted = " or ".join(f"{KEY} is not distinct from {_key(key)}" for key in keys)
    return (
        f"(select *, row_number() over (partition by {identity}) as {COPY} from {_keyed(offer, files)} where {wanted})"
    )


def some_rows(files: Sequence[Path], columns: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, with those of `columns` that the files have."""
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from {scan(files)} limit 0").description or ()
        names = [column[0] for column in found if column[0] in columns]
        if not names:
            return []
        rows = connection.execute(f"select {', '.join(map(quoted, names))} from {scan(files)} limit {limit:d}")
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def rows_in_common(
    files: Sequence[Path], others: Sequence[Path], identity: Sequence[str], scratch: Path, memory_limit: str
) -> int:
    """How many rows of the files the others have too; of equal rows, as many as both have.

    identity: the columns that make two rows the same. scratch, memory_limit: as for `open_bench`.
    """
    names = ", ".join(map(quoted, identity))
    same = " and ".join(f"here.{quoted(name)} is not distinct from there.{quoted(name)}" for name in identity)
    with open_memory(memory_limit, scratch) as connection:
        found = connection.execute(
            f"""
            with here as (select {names}, count(*) as copies from {scan(files)} group by all),
            there as (select {names}, count(*) as copies from {scan(others)} group by all)
            select coalesce(sum(least(here.copies, there.copies)), 0) from here inner join there on {same}
            """
        ).fetchone()
    return int(found[0]) if found else 0


def parquet_records(file: Path) -> Iterator[dict[str, Any]]:
    """Each row with its values as Python has them; times are UTC, without a zone.

    Raises ConfigError where the file is no readable Parquet.
    """
    rows = scan([file])
    with duckdb.connect() as connection:
        try:
            connection.execute("set TimeZone = 'UTC'")
            described = connection.execute(f"describe select * from {rows}").fetchall()
            zoned = [name for name, data_type, *_ in described if data_type == "TIMESTAMP WITH TIME ZONE"]
            plain = ", ".join(f"cast({quoted(name)} as timestamp) as {quoted(name)}" for name in zoned)
            found = connection.execute(f"select *{f' replace ({plain})' if plain else ''} from {rows}")
            names = [name for name, *_ in described]
            while batch := found.fetchmany(_ROWS):
                for row in batch:
                    yield dict(zip(names, row, strict=True))
        except duckdb.Error as error:
            raise ConfigError(f"{file}: is not a readable Parquet file: {reason_of(error)}") from error


def csv_to_parquet(csv: Path, types: Mapping[str, str], file: Path) -> None:
    """Write the rows of a CSV with a header to a Parquet file. types: DuckDB's type of each column."""
    columns = ", ".join(f"{literal(name)}: {literal(data_type)}" for name, data_type in types.items())
    rows = f"read_csv({literal(str(csv))}, header = true, columns = {{{columns}}})"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select * from {rows}) to {literal(str(file))} (format parquet)")
