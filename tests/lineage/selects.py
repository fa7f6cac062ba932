"""Selects: what stands around their columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.lineage.expressions import reference, restriction
from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Named, Scope
from tests.lineage.select_lists import Item, names_of, select_list, typed_list
from tests.lineage.sources import source
from tests.lineage.two_readings import ROW, gathered, only_plain, only_tracked
from tests.lineage.windows import over, ranking

__all__ = ["FEW_VALUES", "Query", "can_repeat", "distinct", "projection", "select"]

FEW_VALUES = ("key", "letter", "flag")
SMALL = 14  # of more rows, a limit keeps too few to show a change


@dataclass(frozen=True)
class Query:
    """SQL in two readings, and the columns that it gives back.

    blind: it drops rows after it has computed windows over them, so that its `_row` does not tell which those were.
    merges: it makes one of rows that are the same, so that a value cannot change where the rows do not.
    """

    sql: str
    columns: tuple[Column, ...]
    size: float
    blind: bool = False
    merges: bool = False


def select(pen: Pen, known: Sequence[Named], repeats: bool = False) -> Query:
    """A select without groups. repeats: whether a name may be given back twice, as only the outermost may."""
    drawn = source(pen, known)
    clause = f" window win as ({over(pen, drawn.scope, ties=False, ordered=True)})" if pen.chance(20) else ""
    items, scope = select_list(pen, drawn.scope, "win" if clause else None, repeats)
    where = f" where {restriction(pen, scope)}" if pen.may_lose(30) else ""
    start, end = _cut(pen, drawn.scope, items) if scope.size > 1 and pen.may_lose(20, cost=2) else ("select", "")
    written = ", ".join(item.sql for item in items)
    sql = f"{start} {written}{_row(drawn.scope)} from {drawn.sql}{where}{clause}{end}"
    columns = tuple(column for item in items for column in item.columns)
    found = Query(sql, columns, scope.size, blind=bool(end) or start != "select")
    many = scope.size >= SMALL - 4
    return (
        distinct(found, "distinct ") if many and not found.blind and can_repeat(columns) and pen.chance(40) else found
    )


def projection(pen: Pen, known: Sequence[Named], wanted: list[Column], tag: str = "") -> Query:
    """A select of columns of these types. tag: what tells the branches of a union apart."""
    drawn = source(pen, known, joins=pen.chance(30))
    items = typed_list(pen, drawn.scope, wanted)
    row = f"concat('{tag}', {drawn.scope.row})"
    where = f" where {restriction(pen, drawn.scope)}" if pen.may_lose(30) else ""
    written = ", ".join(item.sql for item in items)
    sql = f"select {written}{only_tracked(f', {row} as {ROW}')} from {drawn.sql}{where}"
    return Query(sql, tuple(wanted), drawn.scope.size)


def distinct(query: Query, word: str) -> Query:
    """The same with each row once. word: how the plain reading says so, after its first select."""
    names = ", ".join(column.name for column in query.columns)
    sql = query.sql.replace("select ", f"select {only_plain(word)}", 1) if word else query.sql
    before = only_tracked(f"select {names}, {gathered(ROW)} as {ROW} from (")
    after = only_tracked(f") as once group by {names}")
    single = len(query.columns) == 1
    columns = tuple(replace(column, unique=single) for column in query.columns)
    return replace(query, sql=f"{before}{sql}{after}", columns=columns, merges=True)


def _row(scope: Scope) -> str:
    return only_tracked(f", {scope.row} as {ROW}")


def can_repeat(columns: Sequence[Column]) -> bool:
    """Whether rows may well be there twice, so that each column shows in what `distinct` leaves."""
    few = all(column.type in FEW_VALUES for column in columns)
    return len({column.name for column in columns}) == len(columns) <= (3 if few else 1)


def _cut(pen: Pen, scope: Scope, items: list[Item]) -> tuple[str, str]:
    """How a select starts and ends that keeps some of its rows: qualify, distinct on, order by and limit."""
    ways = [_qualified, _limited, _distinct_on] if scope.size <= SMALL else [_qualified, _distinct_on]
    return pen.one_of(ways)(pen, scope, items)


def _qualified(pen: Pen, scope: Scope, items: list[Item]) -> tuple[str, str]:
    ranks = [item.columns[0].name for item in items if item.ranks]
    if ranks and pen.chance(50):
        return "select", f" qualify {pen.one_of(ranks)} % 3 <> 0"
    return "select", f" qualify {ranking(pen, scope)} <= 2"


def _limited(pen: Pen, scope: Scope, items: list[Item]) -> tuple[str, str]:
    """By a name of the list, which wins over a column of the from, or by an expression. Ties are broken by `_row`."""
    pen.tie_free = False
    names, orderable = names_of(items), ("number", "text", "key", "letter")
    columns = [column for item in items for column in item.columns]
    once = [each.name for each in columns if each.type in orderable and names.count(each.name) == 1]
    order = pen.one_of(once) if once and pen.chance(60) else reference(pen, scope, *orderable)
    order = order if order and not pen.chance(20) else str(pen.number(1, len(names)))
    end = f" limit {pen.one_of([4, 3])}{pen.one_of(['', ' offset 1'])}"
    return "select", f" order by {order}{pen.one_of(['', ' desc'])}{only_tracked(f', {ROW}')}{end}"


def _distinct_on(pen: Pen, scope: Scope, items: list[Item]) -> tuple[str, str]:  # noqa: ARG001
    pen.tie_free = False
    key, order = reference(pen, scope, "key", "text"), reference(pen, scope, "number", "text")
    if key is None or order is None:
        return "select", ""
    return f"select distinct on ({key})", f" order by {order}{only_tracked(f', {ROW}')}"
