"""What the catalog shows of the history in the build file: few questions for all relations and tests together."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import duckdb

from ribbon.engines.catalog_history_sql import (
    BAD_DAYS,
    DAYS,
    HISTORIES,
    LATEST_VERDICTS,
    STRETCHES,
    TABLES,
    VIEWS,
)
from ribbon.engines.duckdb_file import literal, quoted
from ribbon.engines.grouped_rows import GroupedRows
from ribbon.engines.history import Run, recent_runs

__all__ = ["KEPT", "BadStretch", "CatalogHistory", "LatestVerdict", "history_schema", "read_catalog_history"]

KEPT = 30
"""How many verdicts of a test, runs of a node, invocations and days are shown."""

HISTORY = "ribbon"

# By how bad a day or a verdict was, as the statements count it.
BADNESS = ("pass", "warn", "fail")


@dataclass(frozen=True, slots=True)
class LatestVerdict:
    """What a test said when it was last measured. arguments: JSON.

    gated: whether readers wait for it, None where that is not known; reason: why not.
    """

    node_id: str | None
    column: str | None
    arguments: str
    status: str
    gated: bool | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class BadStretch:
    """A test or node that ended badly when it was last measured or built.

    status: warn or fail. since: the first time after it was last good; None where it never was. days: the worst of
    each of the last thirty days on which it was measured, UTC.
    """

    status: str
    at: datetime
    since: datetime | None
    days: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogHistory:
    """All of it. Rows of verdicts are by test, of node runs, profiles and row counts by node; times are UTC.

    verdicts: status, time in microseconds since 1970, run, rows judged, rows that break it, value observed, message,
    rows set aside; the newest first. node_runs: run, status, seconds, time, message; the newest first. profiles:
    column, rows, nulls, distinct, smallest, largest, top values as JSON, null rates with the oldest first. row_counts:
    rows, the oldest run first. days: the worst of each of the last thirty days, of days on which something ran.
    """

    runs: tuple[Run, ...]
    latest: Mapping[str, LatestVerdict]
    verdicts: GroupedRows
    node_runs: GroupedRows
    profiles: GroupedRows
    row_counts: GroupedRows
    bad: Mapping[str, BadStretch]
    days: Mapping[date, str]


def history_schema(connection: duckdb.DuckDBPyConnection, schemas: Collection[str]) -> str:
    """Where the runs are kept of the target that writes its models into `schemas`: `ribbon`, or `dev_ribbon`.

    Several targets may share a file. The history whose prefix most of the schemas have is the one, and of those the
    longest prefix.
    """
    found = connection.execute(
        "select distinct schema_name from duckdb_tables() where database_name = current_database()"
        f" and table_name = 'runs' and ends_with(schema_name, {literal(HISTORY)})"
    ).fetchall()
    prefixes = [name.removesuffix(HISTORY) for (name,) in found]
    return max(prefixes, key=lambda prefix: (_having(prefix, schemas), len(prefix)), default="") + HISTORY


def _having(prefix: str, schemas: Collection[str]) -> int:
    """How many schemas are of this prefix. The one that all others are built on, `main`, is of the prefix `main_`."""
    return sum(f"{schema}_".startswith(prefix) for schema in schemas)


def read_catalog_history(connection: duckdb.DuckDBPyConnection, schema: str, today: date) -> CatalogHistory:
    """What is kept in this schema; empty where it has no tables. today: the last of the thirty days, UTC."""
    _see_tables(connection, schema)
    for view in VIEWS:
        connection.execute(view.format(kept=KEPT))
    grouped = {name: GroupedRows(connection, *statement) for name, statement in HISTORIES.items()}
    return CatalogHistory(
        runs=tuple(recent_runs(connection, schema, KEPT)),
        latest={row[0]: LatestVerdict(*row[1:]) for row in connection.execute(LATEST_VERDICTS).fetchall()},
        bad=_bad_stretches(connection, today),
        days={
            day: BADNESS[badness] for day, badness in connection.execute(DAYS.format(**_days_until(today))).fetchall()
        },
        **grouped,
    )


def _see_tables(connection: duckdb.DuckDBPyConnection, schema: str) -> None:
    """Views of the tables of history under their own names, empty of those that an older version did not have."""
    found = connection.execute(
        "select table_name from duckdb_tables()"
        f" where schema_name = {literal(schema)} and database_name = current_database()"
    ).fetchall()
    there = {name for (name,) in found}
    for name, columns in TABLES.items():
        nothing = ", ".join(f"null::{kind} as {quoted(column)}" for column, kind in columns.items())
        rows = f"select * from {quoted(schema, name)}" if name in there else f"select {nothing} where false"
        connection.execute(f"create temp view {quoted('kept_' + name)} as {rows}")


def _bad_stretches(connection: duckdb.DuckDBPyConnection, today: date) -> dict[str, BadStretch]:
    days: dict[str, dict[date, str]] = defaultdict(dict)
    for key, day, badness in connection.execute(BAD_DAYS.format(**_days_until(today))).fetchall():
        days[key][day] = BADNESS[badness]
    return {
        key: BadStretch(BADNESS[badness], at.replace(tzinfo=UTC), since and since.replace(tzinfo=UTC), days[key])
        for key, badness, at, since in connection.execute(STRETCHES).fetchall()
    }


def _days_until(today: date) -> dict[str, str]:
    """As SQL. Statements with parameters would bring pandas, which takes longer to load than they take to run."""
    first = today - timedelta(days=KEPT - 1)
    return {"first": f"date '{first.isoformat()}'", "last": f"date '{today.isoformat()}'"}
