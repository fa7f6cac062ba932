"""A history for projects whose runs nobody records, in the tables that Ribbon's own hooks would write.

dbt's artifacts tell of the last invocation alone. Whoever looks at them now and then, and keeps what they say, knows
since when something is broken, and still knows of a relation what the last invocation left out.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ribbon.engines.catalog_history_sql import TABLES
from ribbon.engines.duckdb_file import explain, literal, quoted
from ribbon.errors import BusyError

__all__ = ["KEPT_IN", "KeptNode", "KeptRowCount", "KeptRun", "KeptVerdict", "keep_run", "keeps_run", "open_kept_runs"]

KEPT_IN = "ribbon"
"""The schema of the tables."""

# As long as Ribbon's own history.
_DAYS = 400


class KeptRun(NamedTuple):
    """An invocation of dbt. Times here and below are UTC, without a zone."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime
    status: str


class KeptNode(NamedTuple):
    """How a node ended; no time where it was skipped."""

    unique_id: str
    resource_type: str
    status: str
    seconds: float
    message: str | None
    finished_at: datetime | None


class KeptVerdict(NamedTuple):
    """What a test said. unexpected_count: the rows that it found."""

    test_id: str
    node_id: str | None
    measured_at: datetime
    status: str
    unexpected_count: int | None
    message: str | None


class KeptRowCount(NamedTuple):
    """The rows of a relation after it was built."""

    node_id: str
    measured_at: datetime
    row_count: int


@contextmanager
def open_kept_runs(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file of kept runs; in memory where it cannot be written. Raises BusyError where another process has it.

    A damaged file is moved aside, for a new one to begin.
    """
    with closing(_connect(path)) as connection:
        connection.execute(f"create schema if not exists {quoted(KEPT_IN)}")
        for name, columns in TABLES.items():
            typed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            connection.execute(f"create table if not exists {quoted(KEPT_IN, name)} ({typed})")
        yield connection


def keeps_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Whether the invocation is kept already."""
    found = connection.execute(f"select 1 from {quoted(KEPT_IN)}.runs where run_id = {literal(run_id)}")
    return found.fetchone() is not None


def keep_run(
    connection: duckdb.DuckDBPyConnection,
    run: KeptRun,
    nodes: Sequence[KeptNode],
    verdicts: Sequence[KeptVerdict],
    row_counts: Sequence[KeptRowCount],
) -> None:
    """Keep an invocation, whole or not at all, and forget what is older than 400 days."""
    connection.execute("begin")
    _insert(connection, "runs", [run])
    _insert(connection, "node_runs", nodes, run_id=run.run_id)
    _insert(connection, "expectation_results", verdicts, run_id=run.run_id)
    _insert(connection, "column_profiles", row_counts, run_id=run.run_id)
    oldest = literal((run.started_at - timedelta(days=_DAYS)).isoformat(" "))
    old = f"(select run_id from {quoted(KEPT_IN)}.runs where started_at < cast({oldest} as timestamp))"
    for name in reversed(TABLES):
        connection.execute(f"delete from {quoted(KEPT_IN, name)} where run_id in {old}")
    connection.execute("commit")


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path))
    except OSError:
        return duckdb.connect()
    except duckdb.Error as error:
        reason = explain(path, error)
        if isinstance(reason, BusyError):
            raise reason from error
        return _connect_anew(path)


def _connect_anew(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        path.replace(path.with_suffix(".damaged"))
        return duckdb.connect(str(path))
    except (OSError, duckdb.Error):  # nobody may write there
        return duckdb.connect()


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[NamedTuple], **same: str) -> None:
    """Many rows column by column: one by one they would take a millisecond each. same: what all of them have."""
    if not rows:
        return
    columns: dict[str, list[Any]] = dict(zip(rows[0]._fields, map(list, zip(*rows, strict=True)), strict=True))
    columns |= {name: [value] * len(rows) for name, value in same.items()}
    names = ", ".join(map(quoted, columns))
    values = ", ".join(f"unnest(?::{TABLES[table][name]}[])" for name in columns)
    connection.execute(f"insert into {quoted(KEPT_IN, table)} ({names}) select {values}", list(columns.values()))
