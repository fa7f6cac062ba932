"""The analysis of one node: each of its queries, such as both branches of an incremental model, merged into one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from ribbon.lineage.cache import Found, encode_lineage
from ribbon.lineage.schemas import Columns, Schema
from ribbon.lineage.workers import Outcome, Relation, Task
from ribbon.model import Asked, ColumnLineage, ColumnName, Kind, Origin, QueryLineage, Unresolved
from ribbon.sql.lineage import analyse
from ribbon.sql.tables import Table, Tables

__all__ = ["analyse_node", "merged"]

T = TypeVar("T")


def analyse_node(task: Task) -> Outcome:
    """The lineage of a node. Never raises because of its SQL: a defect of the analysis is reported as unresolved."""
    try:
        lineage, named = _analyse_queries(task)
    except Exception as error:  # a defect that one model triggers must not hide the lineage of all others
        reason = f"Ribbon's analysis stopped with {type(error).__name__}: {error}. Please report this query."
        lineage, named = QueryLineage(unresolved=(Unresolved(None, reason),), complete=False), False
    found = tuple(_found(column) for column in lineage.columns)
    return Outcome(task.key, found, lineage.complete, lineage.unresolved, lineage.asked, named, encode_lineage(lineage))


def merged(lineages: Sequence[QueryLineage]) -> QueryLineage:
    """The lineage of several queries that fill one relation: columns by name, in the order they first come in."""
    if len(lineages) == 1:
        return lineages[0]
    return QueryLineage(
        columns=_merged_columns(chain.from_iterable(lineage.columns for lineage in lineages)),
        rows=_unique(chain.from_iterable(lineage.rows for lineage in lineages)),
        unresolved=_unique(chain.from_iterable(lineage.unresolved for lineage in lineages)),
        asked=_merged_lookups(chain.from_iterable(lineage.asked for lineage in lineages)),
        complete=all(lineage.complete for lineage in lineages),
    )


def _analyse_queries(task: Task) -> tuple[QueryLineage, bool]:
    """The queries' lineage, merged, and whether one of them needed the names of its own columns."""
    lineages: list[QueryLineage] = []
    this, named = task.this, False
    for query in task.queries:
        lineage = _analyse_query(query, task, (*task.relations, this))
        named = named or not lineage.complete
        if not lineage.complete and task.this.columns:
            lineage = _analyse_query(query, task, (*task.relations, this), tuple(task.this.columns))
        lineages.append(lineage)
        this = this._replace(columns=_columns_of_itself(task, lineage, this.columns))
    return merged(lineages), named


def _analyse_query(query: str, task: Task, relations: Sequence[Relation], names: Sequence[str] = ()) -> QueryLineage:
    """The query's lineage. Where YAML omits a column that the query names, what YAML lists does not count."""
    lineage = analyse(query, task.dialect, _tables(relations), names)
    asked = {each.relation for each in lineage.asked}
    partial = {each.key for each in relations if not each.complete and each.columns is not None and each.key in asked}
    if not lineage.unresolved or not partial:
        return lineage
    unlisted = [each._replace(columns=None) if each.key in partial else each for each in relations]
    other = analyse(query, task.dialect, _tables(unlisted), names)
    better = other if len(other.unresolved) < len(lineage.unresolved) else lineage
    return replace(better, asked=_merged_lookups((*lineage.asked, *other.asked)))


def _tables(relations: Iterable[Relation]) -> Tables:
    return Tables(Table(each.key, each.path, each.columns) for each in relations)


def _columns_of_itself(task: Task, lineage: QueryLineage, known: Columns) -> Columns:
    """What a later branch finds in the table: the columns of the branch that built it."""
    if not lineage.complete or any(asked.relation == task.key for asked in lineage.asked):
        return known
    declared = Schema.of((), task.this.columns)
    return {column.name: declared.type_of(column.name) for column in lineage.columns}


def _found(column: ColumnLineage) -> Found:
    if column.kind not in {Kind.COPIED, Kind.RENAMED} or len(column.origins) != 1:
        return Found(column.name)
    origin = column.origins[0].column
    return Found(column.name, origin.relation, origin.column)


def _unique(items: Iterable[T]) -> tuple[T, ...]:
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
    return Origin(one.column, _heaviest((one, other)), _unique((*one.expressions, *other.expressions)))


def _heaviest(items: Iterable[ColumnLineage | Origin]) -> Kind:
    return max((item.kind for item in items), key=lambda kind: kind.weight)


def _merged_lookups(lookups: Iterable[Asked]) -> tuple[Asked, ...]:
    """One for each relation: all columns that any query looked up, or the whole list."""
    by_relation: dict[str, tuple[str, ...] | None] = {}
    for asked in lookups:
        before = by_relation.get(asked.relation, ())
        whole = before is None or asked.columns is None
        by_relation[asked.relation] = None if whole else _unique((*(before or ()), *(asked.columns or ())))
    return tuple(Asked(relation, columns) for relation, columns in by_relation.items())
