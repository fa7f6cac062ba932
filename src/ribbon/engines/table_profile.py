"""Profiles of tables: how many nulls, which values, which columns are a key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted

__all__ = ["ColumnProfile", "TableProfile", "grain_of", "is_found_in", "profile_table", "shape_holds"]

# A column of at most so many values is read value by value.
FEW = 20

# approx_count_distinct is off by a few percent: so near to the row count, uniqueness is worth counting.
NEARLY_ALL = 0.9

# Columns tried as parts of a grain, and how many may make one.
GRAIN_CANDIDATES, GRAIN_WIDTH = 8, 5

# Up to so many rows, values are counted exactly; a grain is tried on so many before it is tried on all.
FIRST = 200_000

KINDS = {
    "integer": {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
    | {"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"},
    "number": {"FLOAT", "DOUBLE", "DECIMAL"},
    "text": {"VARCHAR"},
    "date": {"DATE"},
    "timestamp": {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"},
    "boolean": {"BOOLEAN"},
    "uuid": {"UUID"},
}


@dataclass(frozen=True)
class ColumnProfile:
    """A column as it is.

    kind: integer, number, text, date, timestamp, boolean, uuid or other. distinct_count: approximate where there are
    many rows. is_unique: every row has a value of its own. lowest, highest, values (where they are few) are None where
    the column is hidden.
    """

    name: str
    kind: str
    data_type: str
    null_count: int
    distinct_count: int
    is_unique: bool
    lowest: Any
    highest: Any
    values: tuple[str, ...] | None


@dataclass(frozen=True)
class TableProfile:
    """How many rows a table has, and its columns in order."""

    row_count: int
    columns: tuple[ColumnProfile, ...]


def profile_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, hidden: Collection[str] = ()
) -> TableProfile | None:
    """The profile of a table or view of the connection's own file; None where there is none of that name.

    hidden: columns whose values must not be read.
    """
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = current_database()"
        " and schema_name = ? and table_name = ? order by column_index",
        [schema, name],
    ).fetchall()
    if not columns:
        return None
    table = quoted(schema, name)
    kinds = [_kind(data_type) for _, data_type in columns]
    found = connection.execute(f"select count(*) from {table}").fetchone()
    distinct_values = "count(distinct {})" if found and found[0] <= FIRST else "approx_count_distinct({})"
    counts = ["count(*)"]
    for (column, _), kind in zip(columns, kinds, strict=True):
        counts += _aggregates(quoted(column), kind, distinct_values, shows=column not in hidden)
    rows, *counted = connection.execute(f"select {', '.join(counts)} from {table}").fetchall()[0]
    profiles = []
    for place, ((column, data_type), kind) in enumerate(zip(columns, kinds, strict=True)):
        present, distinct, lowest, highest = counted[place * 4 : place * 4 + 4]
        few = kind == "text" and distinct <= FEW + 2 and column not in hidden
        unique = present == rows > 0 and kind != "other" and distinct >= NEARLY_ALL * rows
        profiles.append(
            ColumnProfile(
                name=column,
                kind=kind,
                data_type=data_type,
                null_count=rows - present,
                distinct_count=distinct,
                is_unique=unique and _distinct(connection, table, [column]) == rows,
                lowest=lowest,
                highest=highest,
                values=_few_values(connection, table, column) if few else None,
            )
        )
    return TableProfile(rows, tuple(profiles))


def grain_of(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, profile: TableProfile
) -> tuple[str, ...] | None:
    """The fewest columns that make every row distinct: two to five of the first that could; None if none do."""
    table, rows = quoted(schema, name), profile.row_count
    first = f"(select * from {table} limit {FIRST})"
    candidates = [
        column
        for column in profile.columns
        if not column.null_count and column.kind in {"integer", "text", "date", "timestamp", "uuid"}
    ][:GRAIN_CANDIDATES]
    for width in range(2, GRAIN_WIDTH + 1):
        for chosen in combinations(candidates, width):
            names = [column.name for column in chosen]
            # Most candidates have doubles among the first rows already.
            if not _could_tell_apart(chosen, rows) or _distinct(connection, first, names) < min(rows, FIRST):
                continue
            if _distinct(connection, table, names) == rows:
                return tuple(names)
    return None


def shape_holds(connection: duckdb.DuckDBPyConnection, schema: str, name: str, column: str, regex: str) -> bool:
    """Whether every value of a column of text matches `regex`, which is anchored."""
    found = connection.execute(
        f"select 1 from {quoted(schema, name)} where not regexp_matches({quoted(column)}, {literal(regex)}) limit 1"
    ).fetchall()
    return not found


def is_found_in(
    connection: duckdb.DuckDBPyConnection, child: tuple[str, str, str], parent: tuple[str, str, str]
) -> bool:
    """Whether every value of child is one of parent, both (schema, table, column); nulls are left out."""
    *table, column = child
    *other, key = parent
    try:
        found = connection.execute(
            f"select 1 from {quoted(*table)} as child anti join {quoted(*other)} as parent"
            f" on child.{quoted(column)} = parent.{quoted(key)} where child.{quoted(column)} is not null limit 1"
        ).fetchall()
    except duckdb.Error:  # types that do not compare, or a parent that is not built
        return False
    return not found


def _kind(data_type: str) -> str:
    if data_type.endswith("]"):
        return "other"
    base = data_type.split("(", maxsplit=1)[0]
    return next((kind for kind, known in KINDS.items() if base in known), "other")


def _aggregates(column: str, kind: str, distinct_values: str, *, shows: bool) -> list[str]:
    if kind == "other":
        return [f"count({column})", "0", "null", "null"]
    bounds = [f"min({column})", f"max({column})"] if shows else ["null", "null"]
    return [f"count({column})", distinct_values.format(column), *bounds]


def _few_values(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> tuple[str, ...] | None:
    name = quoted(column)
    rows = connection.execute(
        f"select distinct {name} from {table} where {name} is not null order by 1 limit {FEW + 1}"
    ).fetchall()
    return tuple(row[0] for row in rows) if len(rows) <= FEW else None


def _could_tell_apart(columns: Sequence[ColumnProfile], rows: int) -> bool:
    product = 1
    for column in columns:
        product *= max(1, column.distinct_count)
    return product >= NEARLY_ALL * rows


def _distinct(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> int:
    names = ", ".join(quoted(column) for column in columns)
    counted = connection.execute(f"select count(*) from (select distinct {names} from {table})").fetchall()
    return int(counted[0][0])
