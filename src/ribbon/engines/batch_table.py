"""One batch of Parquet files as relations that SQL measures, and its rows moved apart.

The relations are temporary ones of a cursor, so several batches can be measured side by side.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import Connection, literal, open_memory, quoted, reason_of
from ribbon.engines.parquet import scan
from ribbon.errors import ConfigError, WorldError
from ribbon.model import Column

__all__ = ["BatchTable", "UnmeasurableError", "batch_table", "open_measures"]

# The relations that SQL names: the columns that the contract knows, and the same with a number for each row.
BATCH, NUMBERED = "ribbon_batch", "ribbon_numbered"

# Of this module alone: all columns of the files with the number of each row, and the rows that go aside.
_ROWS, _ASIDE = "ribbon_batch_rows", "ribbon_batch_aside"

_REASONS = "_quarantine_reasons"

# What DuckDB raises because of the SQL, whatever the rows are.
_OF_THE_SQL = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.SyntaxException)
# What it raises because of the machine.
_OF_THE_MACHINE = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)


class UnmeasurableError(Exception):
    """The SQL is fine, and a value of the batch stops it."""


@contextmanager
def open_measures(memory_limit: str, scratch: Path) -> Iterator[Connection]:
    """A DuckDB in memory for measuring batches, closed at the end. memory_limit, scratch: as for `open_memory`."""
    with open_memory(memory_limit, scratch) as connection:
        connection.execute("set preserve_insertion_order = true")  # rows that are written again keep their order
        yield connection


@contextmanager
def batch_table(
    measures: Connection, files: Sequence[Path], names: Iterable[str], settings: Mapping[str, Any]
) -> Iterator["BatchTable"]:
    """A batch on a cursor of its own, gone at the end. names: its columns for SQL; others are only written.

    settings: of DuckDB's session, as the profile has them.
    """
    cursor = measures.cursor()
    try:
        for name, value in settings.items():
            cursor.execute(f"set {name} = {literal(str(value))}")
        yield BatchTable(cursor, files, names)
    finally:
        cursor.close()


class BatchTable:
    """A batch that can be measured: as the relation `ribbon_batch`, and as `ribbon_numbered` once it is numbered."""

    def __init__(self, cursor: Connection, files: Sequence[Path], names: Iterable[str]) -> None:
        self._cursor = cursor
        self._number = ""
        self._files = scan(files)
        found = {column.name.casefold() for column in self.columns}
        self._names = [name for name in names if name.casefold() in found]
        self._run(f"create temporary view {BATCH} as select {self._measured()} from {self._files}")

    @property
    def columns(self) -> list[Column]:
        """All columns of the files, with DuckDB's types."""
        return [Column(name, data_type) for name, data_type, *_ in self._run(f"describe select * from {self._files}")]

    def type_name(self, data_type: str) -> str:
        """DuckDB's own name of a declared type."""
        try:
            return str(self._run(f"select typeof(cast(null as {data_type}))")[0][0])
        except ConfigError:
            return data_type

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query, each by the names of its columns.

        Raises ConfigError where the SQL is wrong, UnmeasurableError where it fails on a value.
        """
        rows = self._run(sql)
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def texts(self, sql: str, limit: int) -> list[dict[str, Any]]:
        """The first rows of a query, each value as text; None for null."""
        return self.rows(f"select cast(columns(*) as varchar) from ({sql} limit {limit:d})")

    def values(self, sql: str) -> list[tuple[Any, ...]]:
        """The same, without names."""
        return self._run(sql)

    def number(self, row: str) -> None:
        """Number the rows: from here on they are held by DuckDB. row: the name of the number in `ribbon_numbered`."""
        if self._number:
            return
        taken = {column.name.casefold() for column in self.columns}
        self._number = "ribbon_number"
        while self._number in taken:
            self._number += "_"
        self._run(
            f"create temporary table {_ROWS} as select *, row_number() over () as {self._number} from {self._files}"
        )
        self._row = row
        self._show("")

    def note(self, table: str, numbers: Sequence[int], reason: str) -> str:
        """Keep the numbers of rows that break `reason`; returns the query that gives them, as the gate's own do."""
        self._run(f"create or replace temporary table {table} as select unnest($1::bigint[]) as number", [numbers])
        return f"select number as {self._row}, {literal(reason)} as ribbon_reason from {table}"

    def set_aside(self, reasons: str) -> int:
        """Take rows out of the two relations. reasons: a query of `row` and ribbon_reasons. Returns how many."""
        self._run(f"create temporary table {_ASIDE} as {reasons}")
        self._show(f" where {self._number} not in (select {self._row} from {_ASIDE})")
        return int(self._run(f"select count(*) from {_ASIDE}")[0][0])

    def write_apart(self, kept: Path, aside: Path) -> None:
        """Write the rows that were set aside, with `_quarantine_reasons`, to one file, and all others to another."""
        for rows, file in (
            (
                f"select {_ROWS}.* exclude ({self._number}), {_ASIDE}.ribbon_reasons as {_REASONS}"
                f" from {_ROWS} inner join {_ASIDE} on {_ROWS}.{self._number} = {_ASIDE}.{self._row}"
                f" order by {_ROWS}.{self._number}",
                aside,
            ),
            (
                f"select * exclude ({self._number}) from {_ROWS}"
                f" where {self._number} not in (select {self._row} from {_ASIDE})",
                kept,
            ),
        ):
            self._run(f"copy ({rows}) to {literal(str(file))} (format parquet, compression zstd)")

    def _measured(self) -> str:
        return ", ".join(map(quoted, self._names)) or "1 as nothing"

    def _show(self, condition: str) -> None:
        """Let the two relations show the numbered rows that meet a condition."""
        for view, more in ((BATCH, ""), (NUMBERED, f", {self._number} as {self._row}")):
            self._run(
                f"create or replace temporary view {view} as select {self._measured()}{more} from {_ROWS}{condition}"
            )

    def _run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._cursor.execute(sql, list(values)).fetchall()
        except _OF_THE_MACHINE as error:
            raise WorldError(f"the batch cannot be measured: {reason_of(error)}") from error
        except _OF_THE_SQL as error:
            raise ConfigError(reason_of(error)) from error
        except duckdb.Error as error:
            raise UnmeasurableError(reason_of(error)) from error
