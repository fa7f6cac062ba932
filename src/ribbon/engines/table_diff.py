"""Two tables of attached files, row by row: by their key where they have one, else as multisets."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ribbon.engines.compared_columns import ComparedColumn, NamedType, columns_of_both
from ribbon.engines.compared_tables import ComparedTables
from ribbon.engines.diff_by_key import diff_by_key, is_key
from ribbon.engines.diff_of_multisets import diff_of_multisets
from ribbon.engines.duckdb_file import Connection, explain, literal, quoted
from ribbon.errors import WorldError
from ribbon.model import RowsCompared

__all__ = ["Table", "TableDiff", "open_both"]


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
            reason = str(error).splitlines()[0]
            raise WorldError(f"{after.schema}.{after.name}: cannot be compared: {reason}") from error

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
    with duckdb.connect(config={"memory_limit": memory_limit, "temp_directory": str(scratch)}) as connection:
        connection.execute("set preserve_insertion_order = false")
        for name, path in (("before", before), ("after", after)):
            try:
                connection.execute(f"attach {literal(str(path))} as {quoted(name)} (read_only)")
            except duckdb.Error as error:
                raise explain(path, error) from error
        yield connection


def _named(columns: Sequence[ComparedColumn], names: Sequence[str]) -> tuple[ComparedColumn, ...]:
    """The columns of these names; none where one is missing."""
    found = {column.name.casefold(): column for column in columns}
    wanted = [found.get(name.casefold()) for name in names]
    return tuple(column for column in wanted if column) if all(wanted) else ()
