"""How far two columns of two tables are apart, in the rows that both tables have."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ribbon.engines.compared_columns import NUMBERS
from ribbon.engines.duckdb_file import Connection, open_file, quoted
from ribbon.errors import WorldError

__all__ = ["Apart", "PlacedColumn", "columns_apart"]


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


def columns_apart(path: Path, one: PlacedColumn, other: PlacedColumn, key: Sequence[str]) -> Apart:
    """Set two columns side by side by a key that both tables have.

    Raises WorldError where the file cannot be opened, is held, or has no such columns.
    """
    pairs = " and ".join(f"one.{quoted(each)} is not distinct from other.{quoted(each)}" for each in key)
    rows = f"from {_table(one)} as one join {_table(other)} as other on {pairs}"
    columns = f"one.{quoted(one.column)}", f"other.{quoted(other.column)}"
    with open_file(path, read_only=True) as connection:
        try:
            return _measured(connection, rows, columns)
        except duckdb.Error as error:
            raise WorldError(f"{path}: {str(error).splitlines()[0]}") from error


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
