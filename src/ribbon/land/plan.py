"""The batches of a landing: what the source offers, minus what the lake has."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ribbon.engines.parquet import Key, Offer, ParquetBench
from ribbon.errors import ConfigError
from ribbon.model import Delivery, SourceTable

__all__ = ["Plan", "identity_of", "landed_files", "make_plan"]

ONE_BATCH = "0"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Plan:
    """The batches to write, by key, with their ids.

    whole: keys of which the lake has no row. partial: keys of which it has some rows; only the missing rows land.
    landed: the files of the lake to compare the partial ones with.
    """

    offer: Offer
    whole: Mapping[Key, str]
    partial: Mapping[Key, str]
    landed: Sequence[Path]


def landed_files(table_dir: Path) -> list[Path]:
    """The Parquet files of all batches of a table, oldest batch id first."""
    return sorted(table_dir.glob("batch=*/*.parquet"))


def make_plan(source: SourceTable, files: Sequence[Path], table_dir: Path, now: datetime, bench: ParquetBench) -> Plan:
    """Compare what is offered with what has landed. Raises ConfigError if batch_by or batch_id is invalid."""
    landed = landed_files(table_dir)
    if source.delivery is Delivery.SNAPSHOT and landed:
        landed = [
            file for file in landed if file.parent == landed[-1].parent
        ]  # ids are times, so the last is the newest
    offer = Offer(files, _key(source), identity_of(source, files, landed, bench))
    offered = bench.fingerprints(offer, f"{source.contract}: source {source}: meta.batch_by")
    same_columns = source.delivery is Delivery.APPEND or _names(files, bench) <= _names(landed, bench)
    known = bench.fingerprints(Offer(landed, offer.key, offer.identity)) if landed and same_columns else {}
    new = [key for key in offered if key not in known]
    changed = [key for key in offered if key in known and known[key] != offered[key]]
    if source.delivery is Delivery.SNAPSHOT:
        new, changed = new + changed, []
    taken = {file.parent.name.removeprefix("batch=") for file in landed}
    return Plan(
        offer,
        whole={key: _free(_batch_id(source, key, offered[key], now), taken) for key in new},
        partial={key: _free(_batch_id(source, key, offered[key], now), taken) for key in changed},
        landed=landed,
    )


def _key(source: SourceTable) -> str:
    by_value = source.delivery is Delivery.APPEND and source.batch_by
    return f"cast({source.batch_by} as varchar)" if by_value else f"'{ONE_BATCH}'"


def identity_of(
    source: SourceTable, files: Sequence[Path], landed: Sequence[Path], bench: ParquetBench
) -> tuple[str, ...]:
    """The columns that identify a row: the declared ones that all files have."""
    names = {column.name for column in source.columns}
    for file in (*files, *landed):
        names &= {column.name for column in bench.columns_of(file)}
    return tuple(column.name for column in source.columns if column.name in names)


def _names(files: Sequence[Path], bench: ParquetBench) -> set[str]:
    return {column.name for file in files for column in bench.columns_of(file)}


def _batch_id(source: SourceTable, key: Key, fingerprint: tuple[int, int], now: datetime) -> str:
    if source.delivery is Delivery.SNAPSHOT or not source.batch_by:
        # The time first, so that the newest sorts last; then the content, so that another attempt is recognised.
        return f"{now:%Y%m%dT%H%M%S.%fZ}-{fingerprint[1] % 2**32:08x}"
    if key is None:
        return re.sub(r"\{.*?\}", "unknown", source.batch_id)
    try:
        name = source.batch_id.format(int(key) if re.fullmatch(r"-?\d+", key) else key)
    except (ValueError, IndexError, KeyError) as error:
        raise ConfigError(
            f"{source.contract}: source {source}: meta.batch_id {source.batch_id!r} cannot format {key!r}:"
            f" {error}. Use a format of one value, such as 'week-{{:02d}}'."
        ) from error
    if not PLAIN.fullmatch(name):
        raise ConfigError(
            f"{source.contract}: source {source}: meta.batch_id makes {name!r}, which is not a valid folder name."
            " Use letters, digits, dots, dashes and underscores."
        )
    return name


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name.2`, `name.3` … where batches of that name have landed."""
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = f"{name}.{number}"
    taken.add(candidate)
    return candidate
