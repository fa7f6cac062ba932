"""Window functions and aggregates whose every part shows."""

from dataclasses import replace

from tests.lineage.expressions import expression, reference, restriction
from tests.lineage.pen import Pen
from tests.lineage.scopes import Scope
from tests.lineage.two_readings import only_tracked

__all__ = ["aggregate", "over", "ranking", "window"]


def over(pen: Pen, scope: Scope, ties: bool, ordered: bool) -> str:
    """partition by and order by. ties: whether it parts rows that tie, which the tracked reading does by `_row`."""
    partitions = [each.sql for each in scope.of_type(["key", "text"]) if not each.unique]
    parted = f"partition by {pen.one_of(partitions)}" if partitions and pen.chance(60) else ""
    order = reference(pen, scope, "number") or reference(pen, scope, "text", "key")
    if not ordered or order is None:
        return parted
    if ties:
        pen.tie_free = False
    direction = pen.one_of(["", " desc", " nulls first"])
    return f"{parted} order by {order}{direction}{only_tracked(f', {scope.row}') if ties else ''}".strip()


def ranking(pen: Pen, scope: Scope) -> str:
    """The place of a row among others."""
    name = pen.one_of(["rank", "dense_rank", "row_number"])
    return f"{name}() over ({over(pen, scope, ties=name == 'row_number', ordered=True)})"


def window(pen: Pen, scope: Scope, named: str | None) -> str:
    """A number out of a window. named: a window of the `window` clause that may be used."""
    value = expression(pen, replace(scope, known=()), "number", 1)  # one that differs from row to row
    if named and pen.chance(60):
        return f"{pen.one_of(['sum', 'first_value'])}({value}) over {named}"
    if pen.chance(30):
        return f"sum({value}) over ({over(pen, scope, ties=False, ordered=pen.chance(60))})"
    if pen.chance(40):
        return ranking(pen, scope)
    call = pen.one_of([f"lag({value})", f"lead({value})", f"first_value({value})", f"last_value({value})"])
    frame = " rows between 1 preceding and 1 following" if "value" in call.split("(")[0] else ""
    placed = over(pen, scope, ties=True, ordered=True)
    return f"{call} over ({placed}{frame if 'order by' in placed else ''})"


def aggregate(pen: Pen, scope: Scope, kind: str) -> str:
    """An aggregate of this type, perhaps of some rows only."""
    called = pen.one_of(_aggregates(pen, scope, kind))
    if not called.endswith(")") or not pen.may_lose(20):
        return called
    return f"{called} filter (where {restriction(pen, scope)})"


def _aggregates(pen: Pen, scope: Scope, kind: str) -> list[str]:
    value = expression(pen, scope, "text" if kind == "text" else "number", 1)
    if kind == "text":
        return [f"max({value})", f"min({value})", f"string_agg({value}, ',' order by {value})"]
    if kind == "list":
        once = "" if "select" in value else "distinct "  # DuckDB does not see that a sub-query there is the same twice
        return [f"list({value} order by {value})", f"array_agg({once}{value} order by {value})"]
    if kind == "flag":
        plain = reference(pen, scope, "number")
        return [f"sum({value}) % 13 < 6", *([f"bool_or({plain} > 11)", f"bool_and({plain} < 17)"] if plain else [])]
    counted = [f"count({value})", f"count(distinct {value})"] if _can_be_null(value) else []
    return [f"sum({value})", f"max({value})", f"min({value})", "count(*)", *counted]


def _can_be_null(value: str) -> bool:
    """As far as can be told from its text: a column alone."""
    return value.replace(".", "").replace('"', "").isalnum()
