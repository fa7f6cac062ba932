"""What dbt's own invocations say, for projects in which Ribbon's hooks keep no history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from ribbon.catalog.facts.last_invocation import Invocation, Result, read_invocation, read_invocation_id
from ribbon.engines.catalog_history import CatalogHistory, read_catalog_history
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.recorded_runs import (
    SCHEMA,
    NodeRecord,
    RowCountRecord,
    RunRecord,
    VerdictRecord,
    has_run,
    open_recorded_runs,
    record_run,
)
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import FAILED
from ribbon.store import history_file

__all__ = ["kept_history"]

FILE = "runs.duckdb"

_MEASURED = {"pass": "pass", "warn": "warn", "fail": "fail", "error": "error", "runtime error": "error"}


def kept_history(
    target_dir: Path,
    history_dir: Path,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
    today: date,
) -> CatalogHistory:
    """What dbt's invocations said, as far as this has been looked at while they were the last.

    The last invocation is added to the history in `history_dir`, once. tested: the relations of a test. today:
    in UTC. Raises ConfigError where dbt's file is broken, BusyError where another process keeps what it says.
    """
    with open_recorded_runs(history_file(history_dir, FILE, former=target_dir / "ribbon")) as connection:
        if not has_run(connection, read_invocation_id(target_dir)):
            _keep(connection, read_invocation(target_dir), nodes, tested)
        return read_catalog_history(connection, SCHEMA, today)


def _keep(
    connection: Connection,
    told: Invocation,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
) -> None:
    if told.ended_at is None:
        return
    record_run(
        connection,
        _run(told, told.ended_at),
        [_node(uid, result) for uid, result in told.results.items()],
        list(_verdicts(told, told.ended_at, tested)),
        list(_row_counts(told, told.ended_at, nodes)),
    )


def _run(told: Invocation, ended_at: datetime) -> RunRecord:
    started_at = told.started_at or ended_at - timedelta(seconds=told.seconds)
    failed = any(result.status in FAILED for result in told.results.values())
    status = "failed" if failed else "passed"
    return RunRecord(told.run_id, told.command, told.target, _plain(started_at), _plain(ended_at), status)


def _node(uid: str, result: Result) -> NodeRecord:
    at = result.ended_at and _plain(result.ended_at)
    return NodeRecord(uid, uid.partition(".")[0], result.status, result.seconds, result.message or None, at)


def _verdicts(told: Invocation, ended_at: datetime, tested: Callable[[str], Sequence[str]]) -> Iterator[VerdictRecord]:
    """Of tests that measured anything: what was skipped says nothing."""
    for uid, result in told.results.items():
        status = _MEASURED.get(result.status)
        if status and uid.startswith("test."):
            node = next(iter(tested(uid)), None)
            message = None if status == "pass" else result.message or None
            at = _plain(result.ended_at or ended_at)
            yield VerdictRecord(uid, node, at, status, result.failures, message)


def _row_counts(told: Invocation, ended_at: datetime, nodes: Mapping[str, ProjectNode]) -> Iterator[RowCountRecord]:
    """Of tables and seeds, which are built whole, where the database says how many rows it wrote."""
    for uid, result in told.results.items():
        node = nodes.get(uid)
        whole = node and (node.materialized == "table" or node.resource_type == "seed")
        if whole and result.status == "success" and result.rows is not None:
            yield RowCountRecord(uid, _plain(result.ended_at or ended_at), result.rows)


def _plain(instant: datetime) -> datetime:
    """UTC without a zone, as DuckDB's timestamps are."""
    return instant.replace(tzinfo=None)
