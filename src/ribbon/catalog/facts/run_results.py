"""dbt's own invocations, from target/run_results.json, for projects in which Ribbon's hooks keep no history."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec

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
from ribbon.errors import ConfigError
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import FAILED
from ribbon.store import history_file
from ribbon.verdict import Evidence, read_evidence

__all__ = ["kept_history"]

Decoded = TypeVar("Decoded")

# Commands that run something. What only compiles writes a file of the same name, in which everything is a success.
_RUN = frozenset({"build", "clone", "retry", "run", "seed", "snapshot", "test"})

FILE = "runs.duckdb"

_MEASURED = {"pass": "pass", "warn": "warn", "fail": "fail", "error": "error", "runtime error": "error"}


@dataclass(frozen=True, slots=True)
class Result:
    """A node of the invocation. failures: rows that a test found. rows: as the database counted what it wrote."""

    status: str
    seconds: float
    message: str
    failures: int | None
    ended_at: datetime | None
    rows: int | None


@dataclass(frozen=True)
class Invocation:
    """An invocation of dbt, its nodes by unique id. ended_at: None where there was none. Times are UTC."""

    run_id: str = ""
    command: str = ""
    target: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float = 0.0
    results: Mapping[str, Result] = field(default_factory=dict)


class _Timing(msgspec.Struct, frozen=True):
    completed_at: datetime | None = None


class _Result(msgspec.Struct, frozen=True):
    unique_id: str
    status: str
    execution_time: float = 0.0
    message: str | None = None
    failures: int | None = None
    timing: tuple[_Timing, ...] = ()
    adapter_response: Any = None


class _Metadata(msgspec.Struct, frozen=True):
    generated_at: datetime
    invocation_id: str | None = None
    invocation_started_at: datetime | None = None


class _Head(msgspec.Struct, frozen=True):
    metadata: _Metadata


class _RunResults(_Head, frozen=True):
    results: tuple[_Result, ...] = ()
    elapsed_time: float = 0.0
    args: dict[str, Any] = {}


def read_invocation_id(target_dir: Path) -> str:
    """The id of the invocation that `read_invocation` reads, read faster; empty where there is none."""
    found = _decoded(target_dir, _Head)
    return _run_id(found.metadata) if found else ""


def read_invocation(target_dir: Path) -> Invocation:
    """What dbt ran last; an empty one where it has run nothing. Raises ConfigError where the file is corrupt."""
    invocation = _decoded(target_dir, _RunResults)
    if invocation is None:
        return Invocation()
    command = str(invocation.args.get("which") or "")
    if command and command not in _RUN:
        return Invocation()
    return Invocation(
        run_id=_run_id(invocation.metadata),
        command=command,
        target=str(invocation.args.get("target") or ""),
        started_at=_utc(invocation.metadata.invocation_started_at),
        ended_at=_utc(invocation.metadata.generated_at),
        seconds=invocation.elapsed_time,
        results={each.unique_id: _result(each) for each in invocation.results},
    )


def _decoded(target_dir: Path, kind: type[Decoded]) -> Decoded | None:
    path = target_dir / "run_results.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}. Run `dbt build` again.") from error


def _run_id(metadata: _Metadata) -> str:
    return metadata.invocation_id or metadata.generated_at.isoformat()


def _result(record: _Result) -> Result:
    ended_at = record.timing[-1].completed_at if record.timing else None
    response = record.adapter_response
    rows = response.get("rows_affected") if isinstance(response, dict) else None
    counted = rows if isinstance(rows, int) and rows >= 0 else None
    return Result(
        record.status,
        record.execution_time,
        record.message or "",
        record.failures,
        _utc(ended_at),
        counted,
    )


def _utc(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def kept_history(
    target_dir: Path,
    history_dir: Path,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
    today: date,
) -> tuple[CatalogHistory, Evidence]:
    """Results of dbt's invocations, of each that was the last one when the catalog was built.

    The last invocation is added to the history in `history_dir`, once. tested: the relations of a test. today:
    in UTC. Raises ConfigError where dbt's file is corrupt, BusyError where another process writes there.
    """
    with open_recorded_runs(history_file(history_dir, FILE, former=target_dir / "ribbon")) as connection:
        if not has_run(connection, read_invocation_id(target_dir)):
            _record(connection, read_invocation(target_dir), nodes, tested)
        return read_catalog_history(connection, SCHEMA, today), read_evidence(connection, SCHEMA, ())


def _record(
    connection: Connection,
    invocation: Invocation,
    nodes: Mapping[str, ProjectNode],
    tested: Callable[[str], Sequence[str]],
) -> None:
    if invocation.ended_at is None:
        return
    record_run(
        connection,
        _run(invocation, invocation.ended_at),
        [_node(uid, result) for uid, result in invocation.results.items()],
        list(_verdicts(invocation, invocation.ended_at, tested)),
        list(_row_counts(invocation, invocation.ended_at, nodes)),
    )


def _run(invocation: Invocation, ended_at: datetime) -> RunRecord:
    started_at = invocation.started_at or ended_at - timedelta(seconds=invocation.seconds)
    failed = any(result.status in FAILED for result in invocation.results.values())
    status = "failed" if failed else "passed"
    return RunRecord(
        invocation.run_id, invocation.command, invocation.target, _plain(started_at), _plain(ended_at), status
    )


def _node(uid: str, result: Result) -> NodeRecord:
    at = result.ended_at and _plain(result.ended_at)
    return NodeRecord(uid, uid.partition(".")[0], result.status, result.seconds, result.message or None, at)


def _verdicts(
    invocation: Invocation, ended_at: datetime, tested: Callable[[str], Sequence[str]]
) -> Iterator[VerdictRecord]:
    """Of tests that measured anything, not of those that were skipped."""
    for uid, result in invocation.results.items():
        status = _MEASURED.get(result.status)
        if status and uid.startswith("test."):
            node = next(iter(tested(uid)), None)
            message = None if status == "pass" else result.message or None
            at = _plain(result.ended_at or ended_at)
            yield VerdictRecord(uid, node, at, status, result.failures, message)


def _row_counts(
    invocation: Invocation, ended_at: datetime, nodes: Mapping[str, ProjectNode]
) -> Iterator[RowCountRecord]:
    """Of tables and seeds, which are built whole, where the database says how many rows it wrote."""
    for uid, result in invocation.results.items():
        node = nodes.get(uid)
        whole = node and (node.materialized == "table" or node.resource_type == "seed")
        if whole and result.status == "success" and result.rows is not None:
            yield RowCountRecord(uid, _plain(result.ended_at or ended_at), result.rows)


def _plain(instant: datetime) -> datetime:
    """UTC without a zone, as DuckDB's timestamps are."""
    return instant.replace(tzinfo=None)
