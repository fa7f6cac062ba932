"""The analysis of one node: each of its queries, taken together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ribbon.lineage.merging import merged, merged_questions
from ribbon.lineage.schemas import Columns, Schema
from ribbon.lineage.tasks import Outcome, Relation, Task
from ribbon.lineage.traces import Found, encode_body
from ribbon.model import ColumnLineage, Kind, QueryLineage, Unresolved
from ribbon.sql.lineage import analyse
from ribbon.sql.tables import Table, Tables

__all__ = ["analyse_node"]


def analyse_node(task: Task) -> Outcome:
    """The lineage of a node. Never raises on account of its SQL: a defect of the analysis is told as unresolved."""
    try:
        lineage, named = _analyse_queries(task)
    except Exception as error:  # one model that Ribbon stumbles over must not hide the lineage of all others
        reason = f"Ribbon's analysis stopped with {type(error).__name__}: {error}. Please report this query."
        lineage, named = QueryLineage(unresolved=(Unresolved(None, reason),), complete=False), False
    found = tuple(_found(column) for column in lineage.columns)
    return Outcome(task.key, found, lineage.complete, lineage.unresolved, lineage.asked, named, encode_body(lineage))


def _analyse_queries(task: Task) -> tuple[QueryLineage, bool]:
    """The queries' lineage, merged, and whether one of them needed to be told the names of its columns."""
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
    """The query's lineage. Where YAML leaves out a column that the query names, what YAML lists does not count."""
    lineage = analyse(query, task.dialect, _tables(relations), names)
    asked = {each.relation for each in lineage.asked}
    partial = {each.key for each in relations if not each.complete and each.columns is not None and each.key in asked}
    if not lineage.unresolved or not partial:
        return lineage
    unlisted = [each._replace(columns=None) if each.key in partial else each for each in relations]
    other = analyse(query, task.dialect, _tables(unlisted), names)
    better = other if len(other.unresolved) < len(lineage.unresolved) else lineage
    return replace(better, asked=merged_questions((*lineage.asked, *other.asked)))


def _tables(relations: Iterable[Relation]) -> Tables:
    return Tables(Table(each.key, each.path, each.columns) for each in relations)


def _columns_of_itself(task: Task, lineage: QueryLineage, known: Columns) -> Columns:
    """What a later branch finds in the table: the columns of the branch that built it."""
    if not lineage.complete or any(asked.relation == task.key for asked in lineage.asked):
        return known
    given = Schema.of((), task.this.columns)
    return {column.name: given.type_of(column.name) for column in lineage.columns}


def _found(column: ColumnLineage) -> Found:
    if column.kind not in {Kind.COPIED, Kind.RENAMED} or len(column.origins) != 1:
        return Found(column.name)
    origin = column.origins[0].column
    return Found(column.name, origin.relation, origin.column)
