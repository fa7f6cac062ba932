"""A history for projects without Ribbon's hooks, in the tables that the hooks would write.

dbt's artifacts describe the last invocation alone. Recorded each time that they are read, they show since when
something fails, and the last state of relations that the last invocation left out.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ribbon.engines.catalog_history import TABLES
from ribbon.engines.duckdb_file import Connection, explain, literal, quoted
from ribbon.errors import BusyError

__all__ = [
    "SCHEMA",
    "NodeRecord",
    "RowCountRecord",
    "RunRecord",
    "VerdictRecord",
    "has_run",
    "open_recorded_runs",
    "record_run",
]

SCHEMA = "ribbon"
"""The schema of the tables."""

# As long as the hooks keep theirs.
_DAYS = 400


class RunRecord(NamedTuple):
    """An invocation of dbt. Times here and below are UTC, without a zone."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime
    status: str


class NodeRecord(NamedTuple):
    """How a node ended; no time where it was skipped."""

    unique_id: str
    resource_type: str
    status: str
    seconds: float
    message: str | None
    finished_at: datetime | None


class VerdictRecord(NamedTuple):
    """The verdict of a test. unexpected_count: the rows that it found."""

    test_id: str
    node_id: str | None
    measured_at: datetime
    status: str
    unexpected_count: int | None
    message: str | None


class RowCountRecord(NamedTuple):
    """The rows of a relation after it was built."""

    node_id: str
    measured_at: datetime
    row_count: int


@contextmanager
def open_recorded_runs(path: Path) -> Iterator[Connection]:
    """The file of recorded runs; in memory where it cannot be written. Raises BusyError where another process holds it.

    A damaged file is renamed, and a new one started.
    """
    with closing(_connect(path)) as connection:
        connection.execute(f"create schema if not exists {quoted(SCHEMA)}")
        for name, columns in TABLES.items():
            typed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            connection.execute(f"create table if not exists {quoted(SCHEMA, name)} ({typed})")
        yield connection


def has_run(connection: Connection, run_id: str) -> bool:
    """Whether the invocation is recorded already."""
    found = connection.execute(f"select 1 from {quoted(SCHEMA)}.runs where run_id = {literal(run_id)}")
    return found.fetchone() is not None


def record_run(
    connection: Connection,
    run: RunRecord,
    nodes: Sequence[NodeRecord],
    verdicts: Sequence[VerdictRecord],
    row_counts: Sequence[RowCountRecord],
) -> None:
    """Record an invocation, whole or not at all, and delete what is older than 400 days."""
    connection.execute("begin")
    _insert(connection, "runs", [run])
    _insert(connection, "node_runs", nodes, run_id=run.run_id)
    _insert(connection, "expectation_results", verdicts, run_id=run.run_id)
    _insert(connection, "column_profiles", row_counts, run_id=run.run_id)
    oldest = literal((run.started_at - timedelta(days=_DAYS)).isoformat(" "))
    old = f"(select run_id from {quoted(SCHEMA)}.runs where started_at < cast({oldest} as timestamp))"
    for name in reversed(TABLES):
        connection.execute(f"delete from {quoted(SCHEMA, name)} where run_id in {old}")
    connection.execute("commit")


def _connect(path: Path) -> Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return duckdb.connect(str(path))
    except OSError:
        return duckdb.connect()
    except duckdb.Error as error:
        reason = explain(path, error)
        if isinstance(reason, BusyError):
            raise reason from error
        return _connect_to_new(path)


def _connect_to_new(path: Path) -> Connection:
    try:
        path.replace(path.with_suffix(".damaged"))
        return duckdb.connect(str(path))
    except (OSError, duckdb.Error):  # the folder is read-only
        return duckdb.connect()


def _insert(connection: Connection, table: str, rows: Sequence[NamedTuple], **same: str) -> None:
    """Many rows column by column: one by one they would take a millisecond each. same: what all of them have."""
    if not rows:
        return
    columns: dict[str, list[Any]] = dict(zip(rows[0]._fields, map(list, zip(*rows, strict=True)), strict=True))
    columns |= {name: [value] * len(rows) for name, value in same.items()}
    names = ", ".join(map(quoted, columns))
    values = ", ".join(f"unnest(?::{TABLES[table][name]}[])" for name in columns)
    connection.execute(f"insert into {quoted(SCHEMA, table)} ({names}) select {values}", list(columns.values()))
