"""Freshness that sources promise, data that has arrived, and batches in quarantine.

What arrived is in the lake's records, else in what `dbt source freshness` found.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ribbon.batch_record import BatchRecord, batch_records
from ribbon.dbt.documentation import Described, Period, SourceFreshness
from ribbon.errors import ConfigError
from ribbon.model import Expectation, Severity
from ribbon.verdict.rules import Freshness
from ribbon.yaml_file import shown

__all__ = [
    "Load",
    "Quarantined",
    "freshness_in",
    "freshness_of",
    "freshness_words",
    "read_freshness",
    "read_loads",
    "read_quarantined_batches",
]

KEPT = 30

Decoded = TypeVar("Decoded")


def freshness_of(described: Described) -> Freshness | None:
    """The freshness that a source promises; None for others, and where it promises none."""
    if described.resource_type != "source" or not described.freshness:
        return None
    promised = msgspec.convert(described.freshness, SourceFreshness)
    freshness = Freshness(_span(promised.warn_after), _span(promised.error_after))
    return freshness if freshness.warn_after or freshness.error_after else None


def freshness_in(meta: dict[str, Any] | None, where: str) -> Freshness | None:
    """What `freshness` in the metadata of a model or a use case promises; None where there is none.

    Written as for dbt's sources. where: names it in the ConfigError about what cannot be read.
    """
    declared = (meta or {}).get("freshness")
    if not declared:
        return None
    try:
        promised = msgspec.convert(declared, SourceFreshness)
        freshness = Freshness(_span(promised.warn_after), _span(promised.error_after))
    except (msgspec.ValidationError, TypeError):
        freshness = Freshness()
    if not (freshness.warn_after or freshness.error_after):
        raise ConfigError(
            f"{where}: meta: freshness: write it as for a source,"
            f" {{warn_after: {{count: 1, period: day}}}}; got {shown(declared)}."
        )
    return freshness


def freshness_words(freshness: Freshness | None) -> str:
    """`New data at least every 8 days; after 10 days it is an error`, or nothing."""
    if freshness is None:
        return ""
    first = freshness.warn_after or freshness.error_after
    words = f"New data at least every {_words(first)}" if first else ""
    both = freshness.warn_after and freshness.error_after
    return f"{words}; after {_words(freshness.error_after)} it is an error" if both and freshness.error_after else words


def _span(period: Period | None) -> timedelta | None:
    if period is None or not period.count or not period.period:
        return None
    return timedelta(**{f"{period.period}s": period.count})


def _words(span: timedelta) -> str:
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if not span % length:
            count = span // length
            return f"{count} {unit}s" if count != 1 else unit
    return str(span)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What is in quarantine of a relation. whole_batches: of a source, when landing. since: the oldest of it.

    reasons: each failing promise with its rows, None where it is about a whole table. command: shows the rows.
    """

    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]
    command: str
    whole_batches: bool = False


@dataclass(frozen=True, slots=True)
class Load:
    """When a source last got data, UTC; its rows after each batch, the newest last."""

    loaded_at: datetime
    row_counts: tuple[int, ...] = ()


class _Source(msgspec.Struct, frozen=True):
    unique_id: str
    max_loaded_at: datetime | None = None


class _Sources(msgspec.Struct, frozen=True):
    results: tuple[_Source, ...] = ()


def read_loads(lake_dir: Path, sources: Mapping[str, tuple[str, str]]) -> dict[str, Load]:
    """By source, what has landed of it. sources: system and table. Raises WorldError where a record is damaged."""
    found = {}
    for uid, folder in _folders(lake_dir, sources):
        batches = sorted(batch_records(folder), key=lambda batch: batch.landed_at)
        if batches:
            rows = tuple(accumulate(batch.rows for batch in batches))
            found[uid] = Load(_utc(batches[-1].landed_at), rows[-KEPT:])
    return found


def read_quarantined_batches(quarantine_dir: Path, sources: Mapping[str, tuple[str, str]]) -> dict[str, Quarantined]:
    """By source, the batches that landing put into quarantine. Raises WorldError as `read_loads` does."""
    found = {}
    for uid, folder in _folders(quarantine_dir, sources):
        batches = list(batch_records(folder))
        if batches:
            found[uid] = Quarantined(
                rows=sum(batch.rows for batch in batches),
                since=_utc(min(batch.landed_at for batch in batches)),
                reasons=_reasons(batches),
                command=f"ribbon quarantine ls {'.'.join(sources[uid])}",
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
        raise ConfigError(f"{path}: cannot be read: {error}. Run `dbt source freshness` again.") from error
    return {source.unique_id: Load(_utc(source.max_loaded_at)) for source in found if source.max_loaded_at}


def _folders(root: Path, sources: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, Path]]:
    for uid, (system, table) in sources.items() if root.is_dir() else ():
        yield uid, root / system / table


def _reasons(batches: list[BatchRecord]) -> tuple[tuple[str, int | None], ...]:
    """Each promise for which a batch is in quarantine, once, with its rows in all batches."""
    rows: dict[str, int | None] = {}
    for batch in batches:
        for result in batch.expectations:
            if not result.met and result.severity == Severity.ERROR.value:
                expectation = str(Expectation(result.expectation, result.arguments, result.column))
                known = rows.get(expectation)
                rows[expectation] = result.unexpected if known is None else known + (result.unexpected or 0)
    return tuple(rows.items())


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
