"""Parquet files through DuckDB: reading, counting and comparing their rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import Connection, literal, open_memory, quoted, reason_of
from ribbon.errors import ConfigError

__all__ = [
    "csv_to_parquet",
    "open_bench",
    "parquet_records",
    "row_count",
    "rows_in_common",
    "scan",
    "some_rows",
    "type_name",
]

# Rows that are in memory at once.
_ROWS = 10_000


def scan(files: Sequence[Path]) -> str:
    """The rows of all files together, as SQL."""
    listed = ", ".join(literal(str(file)) for file in files)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


@contextmanager
def open_bench(scratch: Path, memory_limit: str) -> Iterator[Connection]:
    """A DuckDB in memory for work on files; times are UTC. scratch: where it may spill."""
    with open_memory(memory_limit, scratch) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def type_name(connection: Connection, data_type: str) -> str:
    """DuckDB's own name of a declared type, so that `string` and `VARCHAR` compare equal.

    Raises ConfigError where DuckDB has no such type.
    """
    try:
        found = connection.execute(f"select typeof(cast(null as {data_type}))").fetchone()
    except duckdb.Error as error:
        raise ConfigError(f"data_type {data_type}: {reason_of(error)}") from error
    return str(found[0]) if found else data_type


def row_count(files: Iterable[Path]) -> int:
    """Rows in all of the files together, by their own metadata."""
    from pyarrow import parquet  # noqa: PLC0415 - takes a while to load, and most commands count no files

    return sum(int(parquet.read_metadata(file).num_rows) for file in files)


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
