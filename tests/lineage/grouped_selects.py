"""Selects with aggregates and groups."""

from collections.abc import Sequence

from tests.lineage.expressions import reference, restriction
from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Named, Scope
from tests.lineage.select_lists import Item
from tests.lineage.selects import Query
from tests.lineage.sources import source
from tests.lineage.two_readings import ROW, gathered, only_tracked
from tests.lineage.windows import aggregate

__all__ = ["grouped_select"]

KINDS = ["number", "number", "text", "flag", "list"]


def grouped_select(pen: Pen, known: Sequence[Named]) -> Query:
    """Keys and aggregates, grouped by expressions, places, aliases or all."""
    drawn = source(pen, known)
    keys = _keys(pen, drawn.scope)
    items = [*(keys if pen.chance(80) else []), *_aggregates(pen, drawn.scope)]
    items += _ranked(pen, drawn.scope) if keys else []
    where = f" where {restriction(pen, drawn.scope)}" if pen.may_lose(25) else ""
    row = only_tracked(f", {gathered(drawn.scope.row)} as {ROW}")
    text = f"select {', '.join(item.sql for item in items)}{row} from {drawn.sql}{where}"
    ends = _group_by(pen, drawn.scope, keys, shown=items[: len(keys)] == keys) + _having(pen, drawn.scope, items, keys)
    columns = tuple(column for item in items for column in item.columns)
    return Query(text + ends, columns, min(drawn.scope.size, 4 ** len(keys)))


def _keys(pen: Pen, scope: Scope) -> list[Item]:
    found: dict[str, Item] = {}
    count = pen.number(0, 2) if scope.size > 1 else 0
    for _ in range(count):
        item = _computed_key(pen, scope) if pen.chance(25) else _plain_key(pen, scope, unique=count == 1)
        if item and item.columns[0].name not in found:
            found[item.columns[0].name] = item
    return list(found.values())


def _plain_key(pen: Pen, scope: Scope, unique: bool) -> Item | None:
    plain = reference(pen, scope, "key", "text", "flag")
    if plain is None:
        return None
    name = plain.split(".")[-1].strip('"').lower()
    kind = next(each.type for each in scope.star if each.name == name)
    return Item(plain, (Column(name, kind, unique),))


def _computed_key(pen: Pen, scope: Scope) -> Item | None:
    number, text, name = reference(pen, scope, "number"), reference(pen, scope, "text"), pen.name("y")
    options = [(f"{number} % 2", "number")] * bool(number) + [(f"upper({text})", "text")] * bool(text)
    if not options:
        return None
    sql, kind = pen.one_of(options)
    return Item(f"{sql} as {name}", (Column(name, kind, unique=True),))


def _aggregates(pen: Pen, scope: Scope) -> list[Item]:
    items = []
    for _ in range(pen.number(1, 3)):
        kind, name = pen.one_of(KINDS), pen.name("m")
        items.append(Item(f"{aggregate(pen, scope, kind)} as {name}", (Column(name, kind),)))
    return items


def _ranked(pen: Pen, scope: Scope) -> list[Item]:
    """A window over aggregates."""
    number = reference(pen, scope, "number")
    if number is None or not pen.chance(15):
        return []
    name = pen.name("m")
    return [Item(f"rank() over (order by sum({number})) as {name}", (Column(name, "number"),))]


def _group_by(pen: Pen, scope: Scope, keys: list[Item], shown: bool) -> str:
    if not keys:
        return ""
    written = [key.sql.split(" as ")[0] for key in keys]
    ways = [", ".join(written)]
    if shown:
        named = [key.columns[0].name if key.columns[0].name not in scope.names else key.sql for key in keys]
        ways += [", ".join(str(place + 1) for place in range(len(keys))), "all", ", ".join(named)]
    return f" group by {pen.one_of(ways)}"


def _having(pen: Pen, scope: Scope, items: list[Item], keys: list[Item]) -> str:
    """A condition on a group, which an alias of the list may stand for."""
    if not keys or not pen.may_lose(25):
        return ""
    number = reference(pen, scope, "number")
    aliases = [item.columns[0].name for item in items if item not in keys and _is_plain_number(item)]
    conditions = [f"sum({number}) % 3 <> 0"] * bool(number) + [f"{alias} % 3 <> 0" for alias in aliases]
    return f" having {pen.one_of(['count(*) > 1', *conditions])}"


def _is_plain_number(item: Item) -> bool:
    return item.columns[0].type == "number" and "over" not in item.sql
