"""Reading target/run_results.json of any dbt project."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ribbon.errors import ConfigError

__all__ = ["Invocation", "Result", "read_invocation", "read_invocation_id"]

Decoded = TypeVar("Decoded")

# Commands that run something. What only compiles writes a file of the same name, in which everything is a success.
_RUN = frozenset({"build", "clone", "retry", "run", "seed", "snapshot", "test"})


@dataclass(frozen=True, slots=True)
class Result:
    """A node of the invocation. failures: rows that a test found. rows: as the database counted what it wrote."""

    status: str
    seconds: float = 0.0
    message: str = ""
    failures: int | None = None
    ended_at: datetime | None = None
    rows: int | None = None


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
    """Which invocation `read_invocation` would tell of, read faster; empty where it is none."""
    told = _read(target_dir, _Head)
    return _id(told.metadata) if told else ""


def read_invocation(target_dir: Path) -> Invocation:
    """What dbt ran last, nothing where it has run nothing. Raises ConfigError where the file is broken."""
    told = _read(target_dir, _RunResults)
    if told is None:
        return Invocation()
    command = str(told.args.get("which") or "")
    if command and command not in _RUN:
        return Invocation()
    return Invocation(
        run_id=_id(told.metadata),
        command=command,
        target=str(told.args.get("target") or ""),
        started_at=_utc(told.metadata.invocation_started_at),
        ended_at=_utc(told.metadata.generated_at),
        seconds=told.elapsed_time,
        results={each.unique_id: _result(each) for each in told.results},
    )


def _read(target_dir: Path, kind: type[Decoded]) -> Decoded | None:
    path = target_dir / "run_results.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}. Write it anew with `dbt build`.") from error


def _id(metadata: _Metadata) -> str:
    return metadata.invocation_id or metadata.generated_at.isoformat()


def _result(told: _Result) -> Result:
    ended_at = told.timing[-1].completed_at if told.timing else None
    response = told.adapter_response
    rows = response.get("rows_affected") if isinstance(response, dict) else None
    counted = rows if isinstance(rows, int) and rows >= 0 else None
    return Result(told.status, told.execution_time, told.message or "", told.failures, _utc(ended_at), counted)


def _utc(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
