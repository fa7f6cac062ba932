"""What landing asks of DuckDB: look into Parquet files, compare deliveries, write batches.

A row of a source is known by its declared columns. Deliveries are compared as multisets of rows, by the key whose
values make the batches, so a file that is delivered twice lands once, and a row that comes late lands alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Column

__all__ = ["Key", "Offer", "ParquetBench", "open_bench"]

# A value of the key as text; None is the key of rows that have none.
Key = str | None

# Columns that only the statements below know.
PATH, KEY, COPY = "_ribbon_path", "_ribbon_key", "_ribbon_copy"

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


@contextmanager
def open_bench(scratch: Path, memory_limit: str) -> Iterator["ParquetBench"]:
    """An in-memory DuckDB for work on Parquet files. scratch: where it may spill. memory_limit: as DuckDB writes it."""
    try:
        connection = duckdb.connect(config={"memory_limit": memory_limit, "preserve_insertion_order": False})
    except duckdb.Error as error:
        raise ConfigError(f"memory limit {memory_limit!r}: {str(error).splitlines()[0]}") from error
    try:
        connection.execute(f"set temp_directory = {literal(str(scratch))}")
        yield ParquetBench(connection)
    finally:
        connection.close()


class ParquetBench:
    """Questions about, and writes of, Parquet files."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def columns_of(self, file: Path) -> list[Column]:
        """The columns of one file. Raises WorldError where it is no Parquet."""
        try:
            rows = self._rows(f"describe select * from read_parquet({literal(str(file))}, hive_partitioning = false)")
        except duckdb.Error as error:
            raise WorldError(
                f"{file}: is no readable Parquet file: {str(error).splitlines()[0]}. Have it delivered again."
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
                f"select {offer.key}, count(*), sum(hash({columns})) from {_parquet(offer.files)} group by 1 order by 1"
            )
        except (duckdb.BinderException, duckdb.ParserException, duckdb.ConversionException) as error:
            raise ConfigError(f"{where}: {offer.key}: {str(error).splitlines()[0]}") from error
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
        return int(self._rows(f"select count(*) from {_parquet(files)}")[0][0]) if files else 0

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
            raise WorldError(f"{folder}: cannot be written: {str(error).splitlines()[0]}") from error

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement).fetchall()


def _parquet(files: Sequence[Path]) -> str:
    listed = ", ".join(literal(str(file)) for file in files)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false, filename = '{PATH}')"


def _key(value: Key) -> str:
    return "null" if value is None else literal(value)


def _keyed(offer: Offer, files: Sequence[Path]) -> str:
    return f"(select *, {offer.key} as {KEY} from {_parquet(files)})"


def _numbered(offer: Offer, files: Sequence[Path], keys: Iterable[Key]) -> str:
    """The rows of some keys with equal ones numbered, so that the second copy of a row is told from the first."""
    identity = ", ".join(quoted(column) for column in offer.identity)
    wanted = " or ".join(f"{KEY} is not distinct from {_key(key)}" for key in keys)
    return (
        f"(select *, row_number() over (partition by {identity}) as {COPY} from {_keyed(offer, files)} where {wanted})"
    )
