"""Whole queries: a chain of CTEs, some of which hide others, some of which nobody reads."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.lineage.grouped_selects import grouped_select
from tests.lineage.pen import Pen
from tests.lineage.pivots import pivot, unpivot
from tests.lineage.scopes import Column, Named
from tests.lineage.selects import Query, select
from tests.lineage.set_operations import common_or_left, union, values
from tests.lineage.source_tables import ROW_COUNTS, TABLES
from tests.lineage.two_readings import ROW, only_tracked, plain, tracked

__all__ = ["Generated", "queries"]

MOST_CTES = 3


@dataclass(frozen=True)
class Generated:
    """A query in its two readings.

    rows: SQL that gives back the `_row` of the whole and of each CTE that it reads. blind: some rows are dropped after
    windows were computed over them. merges: rows that are the same are made one. asks: a value is that of a sub-query,
    which may read a CTE. tie_free: the plain reading comes to the same every time.
    """

    plain: str
    tracked: str
    rows: str
    blind: bool
    merges: bool
    asks: bool
    tie_free: bool


@st.composite
def queries(draw: st.DrawFn) -> Generated:
    """A query over the source tables."""
    pen = Pen(draw)
    known = [_table(name) for name in TABLES]
    ctes: dict[str, Query] = {}
    for _ in range(pen.number(0, MOST_CTES)):
        known = _with_cte(pen, known, ctes)
    final = _body(pen, known, outermost=True)
    return _generated(pen, ctes, final)


def _table(name: str) -> Named:
    columns = tuple(Column(column, kind) for column, kind in TABLES[name].items())
    return Named(name, columns, ROW_COUNTS[name])


def _with_cte(pen: Pen, known: list[Named], ctes: dict[str, Query]) -> list[Named]:
    """What is known after one more CTE, which may hide a table under its name. New ones are read first."""
    query = _nested(pen, known) if pen.chance(8) else _body(pen, known)
    hides = [name for name in TABLES if name not in ctes]
    name = pen.one_of(hides) if hides and pen.chance(10) else pen.name("c")
    columns, named = query.columns, name
    if pen.chance(8):
        columns = tuple(replace(column, name=pen.name("z")) for column in query.columns)
        named = f"{name}({', '.join(column.name for column in columns)}{only_tracked(f', {ROW}')})"
    hint = pen.one_of(["", "", "", "", "materialized ", "not materialized "])
    ctes[name] = replace(query, sql=f"{named} as {hint}({query.sql})")
    return [Named(name, columns, query.size), *(each for each in known if each.name != name)]


def _body(pen: Pen, known: Sequence[Named], outermost: bool = False) -> Query:
    kind = pen.number(0, 99)
    if kind < 45:
        return select(pen, known, repeats=outermost)
    if kind < 70:
        return grouped_select(pen, known)
    return _other(pen, known, kind) or select(pen, known)


def _other(pen: Pen, known: Sequence[Named], kind: int) -> Query | None:
    if kind < 82:
        return union(pen, known)
    if kind < 87:
        return common_or_left(pen, known) if pen.may_lose(100, cost=2) else None
    if kind < 93:
        return pivot(pen, known)
    return unpivot(pen, known) if kind < 97 else values(pen)


def _nested(pen: Pen, known: Sequence[Named]) -> Query:
    """A with inside a with, which may hide one that stands outside. It keeps its rows: nobody looks at them."""
    hidden = pen.one_of([each.name for each in known]) if pen.chance(50) else pen.name("c")
    whole = pen.one_of(known)
    columns = [Column(pen.name("e"), "number"), *whole.columns]
    inner = f"select {pen.number(1, 9)} as {columns[0].name}, * from {whole.name}"
    inside = [Named(hidden, tuple(columns), whole.size), *(each for each in known if each.name != hidden)]
    outer = select(pen, inside)
    return replace(outer, sql=f"with {hidden} as ({inner}) {outer.sql}")


def _read(ctes: dict[str, Query], text: str, seen: frozenset[str] = frozenset()) -> frozenset[str]:
    """The CTEs that a text reads, itself or through others."""
    for name in set(re.findall(r"\w+", text)) & set(ctes):
        if name not in seen:
            seen = _read(ctes, ctes[name].sql.split("(", 1)[1], seen | {name})
    return seen


def _generated(pen: Pen, ctes: dict[str, Query], final: Query) -> Generated:
    head = f"with {', '.join(cte.sql for cte in ctes.values())} " if ctes else ""
    read = [name for name in ctes if name in _read(ctes, final.sql)]
    rows = [f"select '{name}', {ROW} from {name}" for name in read]
    whole = " union all ".join([f"select '', {ROW} from ({final.sql}) as whole", *rows])
    parts = [final, *(ctes[name] for name in read)]
    blind, merges = any(part.blind for part in parts), any(part.merges for part in parts)
    text = head + final.sql
    return Generated(plain(text), tracked(text), tracked(head + whole), blind, merges, pen.asks, pen.tie_free)
