"""Reading the history that dbt's hooks keep in the build file: schema `ribbon`, or a developer's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ribbon.engines.duckdb_file import literal, quoted
from ribbon.model import Measurement

__all__ = [
    "NodeRun",
    "Run",
    "latest_measurements",
    "latest_node_runs",
    "recent_measurements",
    "recent_runs",
]

MEASURED = """
    run_id, measured_at, test_id, node_id, expectation, column_name as "column", arguments, severity, status, gated,
    element_count, unexpected_count, observed_value, failures, quarantined, message, reason
"""


@dataclass(frozen=True)
class Run:
    """An invocation of dbt. finished_at is None where it never came to its end. Times are UTC."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int


@dataclass(frozen=True)
class NodeRun:
    """How a node last ended, and when it last ended well."""

    unique_id: str
    status: str
    message: str | None
    finished_at: datetime | None
    last_success_at: datetime | None


def recent_runs(connection: duckdb.DuckDBPyConnection, schema: str, limit: int = 5) -> list[Run]:
    """The newest invocations first; one that was killed shows as interrupted."""
    if not _has_history(connection, schema):
        return []
    rows = connection.execute(
        f"""
        select runs.run_id, runs.command, runs.target, runs.started_at, runs.finished_at,
            case when runs.status = 'running' then 'interrupted' else runs.status end,
            count(nodes.unique_id) filter (where nodes.status in ('error', 'fail', 'runtime error'))
        from {quoted(schema)}.runs as runs
        left join {quoted(schema)}.node_runs as nodes on runs.run_id = nodes.run_id
        group by all
        order by runs.started_at desc
        limit {limit:d}
        """
    ).fetchall()
    return [Run(*row) for row in rows]


def latest_node_runs(connection: duckdb.DuckDBPyConnection, schema: str) -> Mapping[str, NodeRun]:
    """By unique id, how each node ended when it last ran. A node that was skipped did not run."""
    if not _has_history(connection, schema):
        return {}
    rows = connection.execute(
        f"""
        select
            nodes.unique_id,
            max_by(nodes.status, runs.started_at),
            max_by(coalesce(nodes.message, ''), runs.started_at),
            max(nodes.finished_at),
            max(nodes.finished_at) filter (where nodes.status in ('success', 'pass', 'warn'))
        from {quoted(schema)}.node_runs as nodes
        inner join {quoted(schema)}.runs as runs using (run_id)
        where nodes.status != 'skipped'
        group by nodes.unique_id
        """
    ).fetchall()
    return {row[0]: NodeRun(*row) for row in rows}


def latest_measurements(connection: duckdb.DuckDBPyConnection, schema: str) -> list[Measurement]:
    """What each test said when it was last measured; nothing where the file is from before that was kept."""
    return _measurements(
        connection,
        schema,
        "qualify row_number() over (partition by test_id order by measured_at desc) = 1 order by node_id, test_id",
    )


def recent_measurements(connection: duckdb.DuckDBPyConnection, schema: str, runs: int) -> list[Measurement]:
    """All that was measured in the newest `runs` runs that measured anything, the oldest first."""
    return _measurements(
        connection,
        schema,
        f"qualify dense_rank() over (order by run_started_at desc, run_id) <= {runs} order by measured_at, test_id",
    )


def _measurements(connection: duckdb.DuckDBPyConnection, schema: str, chosen: str) -> list[Measurement]:
    if "expectation_results" not in _tables(connection, schema):
        return []
    found = connection.execute(
        f"""
        select {MEASURED} from (
            select *, min(measured_at) over (partition by run_id) as run_started_at
            from {quoted(schema)}.expectation_results
        )
        {chosen}
        """
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [Measurement(**row | {"arguments": json.loads(row["arguments"] or "{}")}) for row in rows]


def _has_history(connection: duckdb.DuckDBPyConnection, schema: str) -> bool:
    return {"runs", "node_runs"} <= _tables(connection, schema)


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    found = connection.execute(
        "select table_name from duckdb_tables()"
        f" where schema_name = {literal(schema)} and database_name = current_database()"
    ).fetchall()
    return {row[0] for row in found}
