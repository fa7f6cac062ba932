"""Sub-queries in expressions: scalar, exists and in, alone or correlated."""

from collections.abc import Sequence

from tests.lineage.pen import Pen
from tests.lineage.scopes import Named, Scope

__all__ = ["condition_on_others", "key_and_number", "value_of_others"]


def key_and_number(pen: Pen, known: Sequence[Named]) -> tuple[Named, str, str] | None:
    """A relation, with a number of it to compute with and a key to find its rows by."""
    usable = [named for named in known if named.of_type("number") and named.of_type("key")]
    if not usable:
        return None
    named = pen.one_of(usable)
    return named, pen.one_of(named.of_type("number")).name, pen.one_of(named.of_type("key")).name


def value_of_others(pen: Pen, scope: Scope) -> str | None:
    """A number that a sub-query computes from a table or an earlier CTE."""
    found, outer = key_and_number(pen, scope.known), scope.outer(["key"])
    if found is None:
        return None
    pen.asks = True
    if not outer or pen.chance(30):
        return _alone(pen, *found)
    return _correlated(pen, *found, pen.one_of(outer).sql)


def condition_on_others(pen: Pen, scope: Scope) -> str | None:
    """An exists or in, which needs something outside to be compared with."""
    found, outer = key_and_number(pen, scope.known), scope.outer(["key"])
    if found is None or not outer or not pen.may_lose(100):
        return None
    return pen.one_of([_in, _exists])(pen, *found, pen.one_of(outer).sql)


def _alone(pen: Pen, other: Named, value: str, key: str) -> str:
    name = pen.name("q")
    restricted = f" where {name}.{key} <> 3" if pen.chance(40) else ""
    return f"(select {pen.one_of(['max', 'sum'])}({name}.{value}) from {other.name} as {name}{restricted})"


def _correlated(pen: Pen, other: Named, value: str, key: str, outer: str) -> str:
    name = pen.name("q")
    computed = pen.one_of([f"max({name}.{value})", f"sum({name}.{value})", "count(*)"])
    return f"(select {computed} from {other.name} as {name} where {name}.{key} = {outer})"


def _in(pen: Pen, other: Named, value: str, key: str, outer: str) -> str:
    name, word = pen.name("q"), pen.one_of(["in", "not in"])
    inner = f"select {name}.{key} from {other.name} as {name} where {name}.{value} % 3 <> 1"
    present = f" and {name}.{key} > 0" if word == "not in" else ""
    return f"{outer} {word} ({inner}{present})"


def _exists(pen: Pen, other: Named, value: str, key: str, outer: str) -> str:
    name = pen.name("q")
    correlation = f"{name}.{key} = {outer} and {name}.{value} % 3 = 1"
    return f"{pen.one_of(['exists', 'not exists'])} (select 1 from {other.name} as {name} where {correlation})"
