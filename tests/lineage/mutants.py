"""Analyses with one fault each, to see that the fault is found."""

import re
from collections.abc import Callable
from dataclasses import replace

from ribbon.model import ColumnLineage, ColumnName, Kind, Origin, QueryLineage, Role, RowOrigin
from tests.lineage.judging import Analysis
from tests.lineage.source_tables import source_columns

__all__ = ["MUTANTS"]

Fault = Callable[[QueryLineage], QueryLineage]


def _of_result(fault: Fault) -> Callable[[Analysis], Analysis]:
    return lambda analysis: lambda sql: fault(analysis(sql))


def _of_text(pattern: str, instead: str) -> Callable[[Analysis], Analysis]:
    """As if part of the SQL had not been read."""
    return lambda analysis: lambda sql: analysis(re.sub(pattern, instead, sql))


def _drops_an_origin(lineage: QueryLineage) -> QueryLineage:
    return _in_first_column(lineage, lambda column: replace(column, origins=column.origins[1:]))


def _adds_an_origin(lineage: QueryLineage) -> QueryLineage:
    named = {origin.column for column in lineage.columns for origin in column.origins}
    other = next((each for each in _sources() if each not in named), None)
    more = (Origin(other, Kind.COMPUTED),) if other else ()
    return _in_first_column(lineage, lambda column: replace(column, origins=(*column.origins, *more)))


def _adds_a_row_origin(lineage: QueryLineage) -> QueryLineage:
    named = {row.column for row in lineage.rows}
    others = [RowOrigin(each, Role.FILTERED) for each in _sources() if each not in named]
    return replace(lineage, rows=(*lineage.rows, *others[:1]))


def _takes_rows_for_values(lineage: QueryLineage) -> QueryLineage:
    """What the rows are filtered by, as an origin of every column."""
    more = tuple(Origin(row.column, Kind.COMPUTED) for row in lineage.rows if row.role is Role.FILTERED)
    columns = (replace(column, origins=(*column.origins, *more)) for column in lineage.columns)
    return replace(lineage, columns=tuple(columns))


def _swaps_columns(lineage: QueryLineage) -> QueryLineage:
    origins = [column.origins for column in lineage.columns]
    moved = zip(lineage.columns, (*origins[1:], *origins[:1]), strict=True)
    return replace(lineage, columns=tuple(replace(column, origins=theirs) for column, theirs in moved))


def _forgets(role: Role) -> Fault:
    return lambda lineage: replace(lineage, rows=tuple(row for row in lineage.rows if row.role is not role))


def _in_first_column(lineage: QueryLineage, fault: Callable[[ColumnLineage], ColumnLineage]) -> QueryLineage:
    place = next((place for place, column in enumerate(lineage.columns) if column.origins), 0)
    columns = [fault(column) if each == place else column for each, column in enumerate(lineage.columns)]
    return replace(lineage, columns=tuple(columns))


def _sources() -> list[ColumnName]:
    return [ColumnName(table, column) for table, column in source_columns()]


MUTANTS: dict[str, Callable[[Analysis], Analysis]] = {
    "drops an origin": _of_result(_drops_an_origin),
    "adds an origin": _of_result(_adds_an_origin),
    "adds a row origin": _of_result(_adds_a_row_origin),
    "takes conditions for origins": _of_result(_takes_rows_for_values),
    "swaps columns": _of_result(_swaps_columns),
    **{f"forgets what rows are {role}": _of_result(_forgets(role)) for role in Role},
    "forgets where": _of_text(r" where \S+ (?:% [35] )?<> \w+(?=$|[ )])", " "),
    "forgets partition by": _of_text(r"partition by \S+(?=[ )])", ""),
    "forgets the order of a window": _of_text(r"(over \((?:partition by \S+)?) ?order by \S+(?=[ )])", r"\1"),
    "forgets a filter of an aggregate": _of_text(r"filter \(where \S+ (?:% [35] )?<> \S+\)", ""),
}
