"""Reading the history that dbt's hooks keep in the build file: schema `ribbon`, or a developer's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ribbon.engines.duckdb_file import quoted

__all__ = ["NodeRun", "Run", "latest_node_runs", "recent_runs"]


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
        limit ?
        """,
        [limit],
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


def _has_history(connection: duckdb.DuckDBPyConnection, schema: str) -> bool:
    found = connection.execute(
        "select table_name from duckdb_tables() where schema_name = ? and database_name = current_database()", [schema]
    ).fetchall()
    return {"runs", "node_runs"} <= {row[0] for row in found}
