"""The tables in which the gate sets failing rows aside: `<model>__quarantine`, beside the model."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted

__all__ = ["SUFFIX", "TableAside", "quarantines", "rows_aside", "tables_aside"]

SUFFIX = "__quarantine"

# What the gate adds to the columns of the model; a table without them is no quarantine.
ADDED = ("_quarantine_id", "_quarantine_reasons", "_quarantine_run_id", "_quarantined_at")


@dataclass(frozen=True)
class TableAside:
    """A quarantine that holds rows. since: when the oldest of them was set aside. reasons: each with its rows."""

    schema: str
    name: str
    rows: int
    since: datetime
    reasons: tuple[tuple[str, int], ...]


def tables_aside(connection: duckdb.DuckDBPyConnection, schemas: Collection[str]) -> list[TableAside]:
    """The quarantines of these schemas that hold rows, by name."""
    tables = (_look(connection, schema, name) for schema, name in quarantines(connection) if schema in schemas)
    return [table for table in tables if table]


def quarantines(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Every quarantine of the connection's own file as (schema, name), also those without rows."""
    found: list[tuple[str, str]] = connection.execute(
        f"""
        select schema_name, table_name
        from duckdb_columns()
        where database_name = current_database() and ends_with(table_name, {literal(SUFFIX)})
            and column_name in ({_listed(ADDED)})
        group by all
        having count(*) = {len(ADDED)}
        order by all
        """
    ).fetchall()
    return found


def _listed(names: Collection[str]) -> str:
    """As SQL; without any, one that nothing is called."""
    return ", ".join(map(literal, names)) or "null"


def rows_aside(connection: duckdb.DuckDBPyConnection, schema: str, name: str, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, oldest first, as they are; a column with nothing in it is None."""
    rows = connection.execute(
        f"select * from {quoted(schema, name)} order by _quarantined_at, _quarantine_id limit ?", [limit]
    )
    names = [column[0] for column in rows.description or ()]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def _look(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> TableAside | None:
    table = quoted(schema, name)
    totals = connection.execute(f"select count(*), min(_quarantined_at) from {table}").fetchone()
    if not totals or not totals[0]:
        return None
    reasons = connection.execute(
        f"""
        select reason, count(*) as row_count
        from (select unnest(from_json(_quarantine_reasons, '["varchar"]')) as reason from {table}) as reasons
        group by reason
        order by row_count desc, reason
        """
    ).fetchall()
    return TableAside(schema, name, totals[0], totals[1].replace(tzinfo=UTC), tuple(reasons))
