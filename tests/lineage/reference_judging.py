"""Holds the lineage of the reference project against what happens when a source column is changed."""

from collections.abc import Iterator
from dataclasses import dataclass

from ribbon.model import ColumnName
from tests.lineage.closures import Closures
from tests.lineage.reference_project import ReferenceProject, Sums

__all__ = ["Claims", "complaints", "made_from"]


@dataclass(frozen=True)
class Claims:
    """What lineage says that a source column decides: the values of columns, and of which relations the rows."""

    columns: frozenset[ColumnName]
    relations: frozenset[str]


def made_from(source: ColumnName, project: ReferenceProject, closures: Closures) -> Claims:
    """What lineage says of a source column."""
    relations = [key for key in project.before if key not in project.inputs]
    columns = (ColumnName(key, name) for key in relations for name in project.before[key].alone)
    return Claims(
        frozenset(column for column in columns if source in closures.values(column)),
        frozenset(key for key in relations if source in closures.rows(key)),
    )


def complaints(source: ColumnName, project: ReferenceProject, claims: Claims) -> list[str]:
    """Where lineage and execution disagree about a source column, in words; empty where they agree."""
    changed: set[ColumnName] = set()
    for _, effect in project.effects(source.relation, source.column):
        others = {key: sums for key, sums in effect.items() if key not in project.inputs}
        changed |= {name for key, sums in others.items() for name in _changed(key, project.before[key], sums, claims)}
    missing = {column for column in changed - claims.columns if column.relation not in claims.relations}
    return [
        *(f"missing: {column} from {source}" for column in sorted(missing)),
        *(f"too much: {column} from {source}" for column in sorted(claims.columns - changed)),
    ]


def _changed(relation: str, before: Sums, after: Sums, claims: Claims) -> Iterator[ColumnName]:
    """The columns with other values, or the same in other rows: the first column tells, if lineage leaves it."""
    first = next(iter(before.alone))
    tells = ColumnName(relation, first) not in claims.columns
    for name in before.alone:
        moved = tells and before.beside[name] != after.beside[name]
        if before.alone[name] != after.alone[name] or moved:
            yield ColumnName(relation, name)
