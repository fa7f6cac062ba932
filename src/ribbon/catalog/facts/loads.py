"""What has arrived of sources: from the lake's own records, or from what `dbt source freshness` found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ribbon.catalog.facts.judged import Held
from ribbon.errors import ConfigError, WorldError
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import Expectation, Severity

__all__ = ["Load", "read_freshness", "read_held_batches", "read_loads"]

KEPT = 30

Decoded = TypeVar("Decoded")


@dataclass(frozen=True, slots=True)
class Load:
    """When a source last got data, UTC; its rows after each batch, the newest last."""

    loaded_at: datetime
    row_counts: tuple[int, ...] = ()


class _Told(msgspec.Struct, frozen=True):
    expectation: str
    column: str | None
    arguments: dict[str, Any]
    severity: str
    met: bool
    unexpected: int | None = None


class _Batch(msgspec.Struct, frozen=True):
    rows: int
    landed_at: datetime


class _HeldBatch(_Batch, frozen=True):
    expectations: tuple[_Told, ...] = ()


class _Source(msgspec.Struct, frozen=True):
    unique_id: str
    max_loaded_at: datetime | None = None


class _Sources(msgspec.Struct, frozen=True):
    results: tuple[_Source, ...] = ()


def read_loads(lake_dir: Path, nodes: Mapping[str, ProjectNode]) -> dict[str, Load]:
    """By source, what has landed of it. Raises WorldError where the record of a batch is damaged."""
    found = {}
    for uid, folder in _folders(lake_dir, nodes):
        batches = sorted(_records(folder, _Batch), key=lambda batch: batch.landed_at)
        if batches:
            rows = tuple(accumulate(batch.rows for batch in batches))
            found[uid] = Load(_utc(batches[-1].landed_at), rows[-KEPT:])
    return found


def read_held_batches(quarantine_dir: Path, nodes: Mapping[str, ProjectNode]) -> dict[str, Held]:
    """By source, the batches that were set aside at the door. Raises WorldError as `read_loads` does."""
    found = {}
    for uid, folder in _folders(quarantine_dir, nodes):
        batches = list(_records(folder, _HeldBatch))
        if batches:
            found[uid] = Held(
                rows=sum(batch.rows for batch in batches),
                since=_utc(min(batch.landed_at for batch in batches)),
                reasons=_reasons(batches),
                command=f"ribbon quarantine ls {nodes[uid].system}.{nodes[uid].name}",
                whole_batches=True,
            )
    return found


def read_freshness(target_dir: Path) -> dict[str, Load]:
    """By source, what `dbt source freshness` found in target/sources.json; empty where it has not run."""
    path = target_dir / "sources.json"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_Sources).results
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}. Write it anew with `dbt source freshness`.") from error
    return {source.unique_id: Load(_utc(source.max_loaded_at)) for source in found if source.max_loaded_at}


def _folders(root: Path, nodes: Mapping[str, ProjectNode]) -> Iterator[tuple[str, Path]]:
    for uid, node in nodes.items() if root.is_dir() else ():
        if node.system:
            yield uid, root / node.system / node.name


def _records(folder: Path, kind: type[Decoded]) -> Iterator[Decoded]:
    decoder = msgspec.json.Decoder(kind)
    for path in sorted(folder.glob("batch=*/batch.json")):
        try:
            yield decoder.decode(path.read_bytes())
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WorldError(
                f"{path}: is no readable record of a batch: {error}. Delete the folder if the source can land it again."
            ) from error


def _reasons(batches: list[_HeldBatch]) -> tuple[tuple[str, int | None], ...]:
    """Each promise that a batch was set aside for, once, with its rows in all batches."""
    rows: dict[str, int | None] = {}
    for batch in batches:
        for told in batch.expectations:
            if not told.met and told.severity == Severity.ERROR.value:
                said = str(Expectation(told.expectation, told.arguments, told.column))
                known = rows.get(said)
                rows[said] = told.unexpected if known is None else known + (told.unexpected or 0)
    return tuple(rows.items())


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
