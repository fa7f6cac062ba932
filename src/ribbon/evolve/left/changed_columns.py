"""How the columns of the newest delivery differ from those that the contract declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ribbon.engines.batch_profile import Sketch, sketch_of_column
from ribbon.engines.parquet import ParquetBench, open_bench
from ribbon.evolve.left.deliveries import Deliveries
from ribbon.evolve.left.same_values import likely_renames

__all__ = ["ChangedColumns", "Retyped", "changed_columns"]


@dataclass(frozen=True)
class Retyped:
    """A column whose values do not fit any more. types: DuckDB's names."""

    column: str
    declared: str
    delivered: str


@dataclass(frozen=True)
class ChangedColumns:
    """where: the file or the batch. renamed: old name to new, with the share of the values that are the same, 0 to 1.

    new: name to type, without those that are renamed; missing likewise.
    """

    where: str
    new: Mapping[str, str]
    missing: tuple[str, ...]
    retyped: tuple[Retyped, ...]
    renamed: Mapping[str, tuple[str, float]]


def changed_columns(deliveries: Deliveries) -> ChangedColumns | None:
    """What changed of one source; None where nothing was delivered."""
    newest = _newest(deliveries)
    if newest is None:
        return None
    where, files, columns = newest
    project = deliveries.project
    with open_bench(project.data_dir / "tmp", project.memory_limit) as bench:
        retyped = tuple(_retyped(deliveries, columns, bench))
    declared = {column.name for column in deliveries.source.columns}
    new = {name: kind for name, kind in columns.items() if name not in declared and not name.startswith("_")}
    missing = [name for name in declared if name not in columns and _was_there(deliveries, name)]
    renamed = _renamed(deliveries, files, missing, new)
    taken = {name for name, _ in renamed.values()}
    return ChangedColumns(
        where,
        {name: kind for name, kind in new.items() if name not in taken},
        tuple(sorted(name for name in missing if name not in renamed)),
        retyped,
        renamed,
    )


def _newest(deliveries: Deliveries) -> tuple[str, Sequence[Path], Mapping[str, str]] | None:
    """The newest file on offer, for landing may refuse it; else the newest batch of the lake."""
    if deliveries.newest_offer:
        file, _ = deliveries.newest_offer
        return file.name, [file], deliveries.offered[file]
    for batch in reversed(deliveries.landed):
        facts = deliveries.facts[batch.id]
        return f"batch {batch.id}", batch.files, {name: column.data_type for name, column in facts.columns.items()}
    return None


def _was_there(deliveries: Deliveries, column: str) -> bool:
    """Whether some batch has it: a column may be declared before any does."""
    return any(column in facts.columns for facts in deliveries.facts.values())


def _retyped(deliveries: Deliveries, columns: Mapping[str, str], bench: ParquetBench) -> list[Retyped]:
    declared = [column for column in deliveries.source.columns if column.name in columns]
    return [
        Retyped(column.name, bench.type_name(column.data_type), columns[column.name])
        for column in declared
        if not bench.fits(columns[column.name], column.data_type)
    ]


def _renamed(
    deliveries: Deliveries, files: Sequence[Path], missing: Sequence[str], new: Mapping[str, str]
) -> dict[str, tuple[str, float]]:
    if not (missing and new):
        return {}
    before = [batch for batch in deliveries.landed if batch.files != tuple(files)]
    gone = {name: _sketch(deliveries, _files_with(deliveries, name), name) for name in missing} if before else {}
    return likely_renames(gone, {name: _sketch(deliveries, files, name) for name in new})


def _files_with(deliveries: Deliveries, column: str) -> Sequence[Path]:
    """The files of all batches that have a column: a new file may repeat any of them."""
    having = [batch for batch in deliveries.landed if column in deliveries.facts[batch.id].columns]
    return [file for batch in having for file in batch.files]


def _sketch(deliveries: Deliveries, files: Sequence[Path], column: str) -> Sketch:
    project = deliveries.project
    return sketch_of_column(files, column, project.memory_limit, project.data_dir / "tmp")
