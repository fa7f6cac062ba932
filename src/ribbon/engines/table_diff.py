"""How two tables differ: whole tables of attached files, row by row, and two columns of one file."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ribbon.engines.compared_tables import NUMBERS, ComparedColumn, ComparedTables, NamedType, columns_of_both
from ribbon.engines.duckdb_file import Connection, explain, literal, open_file, open_memory, quoted, reason_of
from ribbon.engines.row_diff import diff_by_key, diff_of_multisets, is_key
from ribbon.errors import WorldError
from ribbon.model import RowsCompared

__all__ = ["Apart", "PlacedColumn", "Table", "TableDiff", "columns_apart", "open_both"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an attached file. side: the name under which the file is attached."""

    side: str
    schema: str
    name: str

    @property
    def sql(self) -> str:
        """Its name as SQL."""
        return quoted(self.side, self.schema, self.name)


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column of a table of the file."""

    schema: str
    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Apart:
    """rows: that both tables have. differing: of them, those with two values. averages: None of no numbers."""

    rows: int
    differing: int
    averages: tuple[float, float] | None


@dataclass(frozen=True)
class TableDiff:
    """Compares tables of a connection. tolerance: between floats, relative to the larger one."""

    connection: Connection
    tolerance: float

    def of(
        self, before: Table, after: Table, key: Sequence[str] = (), restricted: Collection[str] = ()
    ) -> RowsCompared:
        """How two tables differ. key: columns that may be a key; restricted: columns of which no value is shown.

        Raises WorldError where DuckDB cannot compare them.
        """
        try:
            return self._compared(before, after, key, frozenset(name.casefold() for name in restricted))
        except duckdb.Error as error:
            raise WorldError(f"{after.schema}.{after.name}: cannot be compared: {reason_of(error)}") from error

    def rows(self, table: Table) -> int:
        """How many rows a table has."""
        return int(self.connection.execute(f"select count(*) from {table.sql}").fetchall()[0][0])

    def columns(self, table: Table) -> list[str]:
        """The names of a table's columns."""
        return [name for name, _ in self._described(table)]

    def _compared(self, before: Table, after: Table, key: Sequence[str], hidden: frozenset[str]) -> RowsCompared:
        columns = columns_of_both(self._described(before), self._described(after))
        tables = ComparedTables(self.connection, before.sql, after.sql, columns.common, self.tolerance, hidden)
        counted = RowsCompared(
            self.rows(before),
            self.rows(after),
            columns=columns.changed,
            notes=tuple(self._notes(before, after, in_order=columns.in_order)),
        )
        found = _named(columns.common, key)
        return diff_by_key(tables, found, counted) if is_key(tables, found) else diff_of_multisets(tables, counted)

    def _notes(self, before: Table, after: Table, *, in_order: bool) -> Iterator[str]:
        if not in_order:
            yield "its columns come in another order"
        constraints = [self._constraints(table) for table in (before, after)]
        if constraints[0] != constraints[1]:
            yield "its constraints are others"

    def _described(self, table: Table) -> list[NamedType]:
        described = self.connection.execute(f"describe {table.sql}").fetchall()
        return [(name, kind) for name, kind, *_ in described]

    def _constraints(self, table: Table) -> list[str]:
        found = self.connection.execute(
            "select constraint_text from duckdb_constraints()"
            f" where database_name = {literal(table.side)} and schema_name = {literal(table.schema)}"
            f" and table_name = {literal(table.name)} order by constraint_text"
        ).fetchall()
        return [text for (text,) in found]


@contextmanager
def open_both(before: Path, after: Path, memory_limit: str, scratch: Path) -> Iterator[Connection]:
    """A connection that reads two files, attached as `before` and `after`. scratch: where it may spill.

    Raises BusyError where another process holds one of them, WorldError where one cannot be opened.
    """
    with open_memory(memory_limit, scratch) as connection:
        for name, path in (("before", before), ("after", after)):
            try:
                connection.execute(f"attach {literal(str(path))} as {quoted(name)} (read_only)")
            except duckdb.Error as error:
                raise explain(path, error) from error
        yield connection


def columns_apart(path: Path, one: PlacedColumn, other: PlacedColumn, key: Sequence[str]) -> Apart:
    """Compare two columns row by row, by a key that both tables have.

    Raises WorldError where the file cannot be opened, is held, or has no such columns.
    """
    pairs = " and ".join(f"one.{quoted(each)} is not distinct from other.{quoted(each)}" for each in key)
    rows = f"from {_table(one)} as one join {_table(other)} as other on {pairs}"
    columns = f"one.{quoted(one.column)}", f"other.{quoted(other.column)}"
    with open_file(path, read_only=True) as connection:
        try:
            return _measured(connection, rows, columns)
        except duckdb.Error as error:
            raise WorldError(f"{path}: {reason_of(error)}") from error


def _measured(connection: Connection, rows: str, columns: tuple[str, str]) -> Apart:
    one, other = columns
    types = connection.execute(f"describe select {one} as one, {other} as other {rows}").fetchall()
    are_numbers = {kind.partition("(")[0] for _, kind, *_ in types} <= NUMBERS
    averages = f"avg({one})::double, avg({other})::double" if are_numbers else "null, null"
    counts = f"count(*), count(*) filter ({one} is distinct from {other})"
    found = connection.execute(f"select {counts}, {averages} {rows}").fetchone()
    count, differing, *both = found or (0, 0, None, None)
    return Apart(count, differing, None if None in both else (both[0], both[1]))


def _table(column: PlacedColumn) -> str:
    return quoted(column.schema, column.table)


def _named(columns: Sequence[ComparedColumn], names: Sequence[str]) -> tuple[ComparedColumn, ...]:
    """The columns of these names; none where one is missing."""
    found = {column.name.casefold(): column for column in columns}
    wanted = [found.get(name.casefold()) for name in names]
    return tuple(column for column in wanted if column) if all(wanted) else ()
