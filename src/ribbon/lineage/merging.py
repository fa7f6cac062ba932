"""The lineage of several queries that fill one relation, as an incremental model's branches do."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar

from ribbon.model import Asked, ColumnLineage, ColumnName, Kind, Origin, QueryLineage

__all__ = ["merged", "merged_questions"]

T = TypeVar("T")


def merged(lineages: Sequence[QueryLineage]) -> QueryLineage:
    """What any of the queries says, columns by name, in the order of the first query that has them."""
    if len(lineages) == 1:
        return lineages[0]
    return QueryLineage(
        columns=_merged_columns(chain.from_iterable(lineage.columns for lineage in lineages)),
        rows=_once(chain.from_iterable(lineage.rows for lineage in lineages)),
        unresolved=_once(chain.from_iterable(lineage.unresolved for lineage in lineages)),
        asked=merged_questions(chain.from_iterable(lineage.asked for lineage in lineages)),
        complete=all(lineage.complete for lineage in lineages),
    )


def _once(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _merged_columns(columns: Iterable[ColumnLineage]) -> tuple[ColumnLineage, ...]:
    by_name: dict[str, list[ColumnLineage]] = {}
    for column in columns:
        by_name.setdefault(column.name.casefold(), []).append(column)
    return tuple(same[0] if len(same) == 1 else _merged_column(same) for same in by_name.values())


def _merged_column(same: Sequence[ColumnLineage]) -> ColumnLineage:
    origins: dict[ColumnName, Origin] = {}
    for origin in chain.from_iterable(column.origins for column in same):
        known = origins.get(origin.column)
        origins[origin.column] = _merged_origin(known, origin) if known else origin
    expression = next((column.expression for column in same if column.expression), "")
    return ColumnLineage(same[0].name, _heaviest(same), tuple(origins.values()), expression)


def _merged_origin(one: Origin, other: Origin) -> Origin:
    return Origin(one.column, _heaviest((one, other)), _once((*one.expressions, *other.expressions)))


def _heaviest(items: Iterable[ColumnLineage | Origin]) -> Kind:
    return max((item.kind for item in items), key=lambda kind: kind.weight)


def merged_questions(questions: Iterable[Asked]) -> tuple[Asked, ...]:
    """One for each relation: all columns that any query asked for, or the whole list."""
    by_relation: dict[str, tuple[str, ...] | None] = {}
    for asked in questions:
        before = by_relation.get(asked.relation, ())
        whole = before is None or asked.columns is None
        by_relation[asked.relation] = None if whole else _once((*(before or ()), *(asked.columns or ())))
    return tuple(Asked(relation, columns) for relation, columns in by_relation.items())
