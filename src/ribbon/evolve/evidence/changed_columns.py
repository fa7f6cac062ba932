"""How the columns of the newest delivery differ from the declared ones: new, missing, renamed, retyped."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from ribbon.engines.batch_profile import Sketch, sketch_of_column
from ribbon.engines.casting import always_fits
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.parquet import open_bench, type_name
from ribbon.evolve.evidence.deliveries import Deliveries

__all__ = ["ChangedColumns", "Retyped", "changed_columns"]


@dataclass(frozen=True)
class Retyped:
    """A column whose values no longer fit the declared type. declared, delivered: DuckDB's names of types."""

    column: str
    declared: str
    delivered: str


@dataclass(frozen=True)
class ChangedColumns:
    """How the columns of a delivery differ from the contract.

    where: the file or the batch. renamed: old name to new, with the share of values that are the same, 0 to 1. new:
    name to type; new and missing are without renamed columns.
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
    """The newest file on offer, because landing may refuse it; else the newest batch of the lake."""
    if deliveries.newest_offer:
        file, _ = deliveries.newest_offer
        return file.name, [file], deliveries.offered[file]
    for batch in reversed(deliveries.landed):
        facts = deliveries.facts[batch.id]
        return f"batch {batch.id}", batch.files, {name: column.data_type for name, column in facts.columns.items()}
    return None


def _was_there(deliveries: Deliveries, column: str) -> bool:
    """Whether any batch has the column: it may be declared before it is delivered."""
    return any(column in facts.columns for facts in deliveries.facts.values())


def _retyped(deliveries: Deliveries, columns: Mapping[str, str], bench: Connection) -> list[Retyped]:
    declared = [column for column in deliveries.source.columns if column.name in columns]
    wanted = {column.name: type_name(bench, column.data_type) for column in declared}
    return [
        Retyped(name, data_type, columns[name])
        for name, data_type in wanted.items()
        if not always_fits(columns[name], data_type)
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
    """The files of all batches that have a column: a new file may repeat values of any of them."""
    having = [batch for batch in deliveries.landed if column in deliveries.facts[batch.id].columns]
    return [file for batch in having for file in batch.files]


def _sketch(deliveries: Deliveries, files: Sequence[Path], column: str) -> Sketch:
    project = deliveries.project
    return sketch_of_column(files, column, project.memory_limit, project.data_dir / "tmp")


# A rename needs this share of the new column's values in the old one, and no other candidate above the second share.
SAME, NEXT_BEST = 0.8, 0.5

# So many distinct values do not agree by chance. With fewer, their frequencies have to agree, and a word of the names.
MANY, SHARES = 20, 0.1


def likely_renames(gone: Mapping[str, Sketch], came: Mapping[str, Sketch]) -> dict[str, tuple[str, float]]:
    """By the old name, the new one and the share of equal values; none where two columns qualify."""
    scores = {(old, new): _alike(old, gone[old], new, came[new]) for old, new in product(gone, came)}
    found = {}
    for (old, new), score in scores.items():
        rivals = [other for pair, other in scores.items() if pair != (old, new) and (pair[0] == old or pair[1] == new)]
        if score >= SAME and max(rivals, default=0.0) <= NEXT_BEST:
            found[old] = (new, score)
    return found


def _alike(old: str, before: Sketch, new: str, after: Sketch) -> float:
    """The share of the new column's values that the old one has; 0 where that may be chance."""
    if not after.hashes or not before.hashes:
        return 0.0
    # Both sketches have the smallest hashes; above the smaller maximum, one of them may lack some.
    reach = min(max(before.hashes), max(after.hashes)) if before.distinct > len(before.hashes) else max(after.hashes)
    compared = {hashed for hashed in after.hashes if hashed <= reach}
    share = len(compared & before.hashes) / len(compared) if compared else 0.0
    if after.distinct >= MANY:
        return share
    return share if _share_a_word(old, new) and _distance(before, after) <= SHARES else 0.0


def _distance(before: Sketch, after: Sketch) -> float:
    """Half the sum of the differences in frequency: 0 for equal frequencies, 1 for no value in common."""
    hashes = before.shares.keys() | after.shares.keys()
    return sum(abs(before.shares.get(each, 0.0) - after.shares.get(each, 0.0)) for each in hashes) / 2


def _share_a_word(old: str, new: str) -> bool:
    return bool(_words(old) & _words(new))


def _words(name: str) -> set[str]:
    """The words of a name in snake case or camel case."""
    return {
        word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name) if word.lower() not in {"is", "has", "id"}
    }
