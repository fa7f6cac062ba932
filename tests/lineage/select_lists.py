"""The columns of a select: expressions, aliases that later ones use, stars."""

from dataclasses import dataclass, replace

from tests.lineage.expressions import expression, reference
from tests.lineage.pen import Pen
from tests.lineage.scopes import Column, Relation, Scope
from tests.lineage.two_readings import ROW, only_tracked
from tests.lineage.windows import window

__all__ = ["Item", "names_of", "select_list", "typed_list"]

KINDS = ["number", "text", "number", "key", "flag", "number", "struct", "list", "number"]


@dataclass(frozen=True)
class Item:
    """What is written, and the columns it gives back: several for a star. computed: it can be ordered by its alias."""

    sql: str
    columns: tuple[Column, ...]
    ranks: bool = False


def names_of(items: list[Item]) -> list[str]:
    return [column.name for item in items for column in item.columns]


def select_list(pen: Pen, scope: Scope, named_window: str | None, repeats: bool) -> tuple[list[Item], Scope]:
    """A list, and the scope in which its aliases can be used. repeats: whether a name may stand there twice."""
    items: list[Item] = []
    if pen.chance(45):
        items += _star(pen, scope, repeats)
    for _ in range(pen.number(0 if items else 1, 1 if items else 4)):
        taken = [] if repeats and pen.chance(20) else names_of(items)
        windowed = scope.size > 1 and pen.chance(25)
        item = _windowed(pen, scope, named_window) if windowed else _item(pen, scope, taken)
        items.append(item)
        scope = _with_alias(scope, item)
    return items, scope


def typed_list(pen: Pen, scope: Scope, wanted: list[Column]) -> list[Item]:
    """Expressions of these types under these names."""
    return [Item(f"{expression(pen, scope, each.type, 1)} as {each.name}", (each,)) for each in wanted]


def _item(pen: Pen, scope: Scope, taken: list[str]) -> Item:
    kind = pen.one_of(KINDS)
    plain = reference(pen, scope, kind)
    name = plain.split(".")[-1].strip('"').lower() if plain else ""
    if plain and name not in taken and pen.chance(50):
        return Item(plain, (Column(name, _type_of(scope, name, kind)),))
    free = [each for each in scope.names if each not in taken]
    alias = pen.one_of(free) if free and pen.chance(15) else pen.name("e")
    text = plain if plain and pen.chance(30) else expression(pen, scope, kind)
    return Item(f"{text} {pen.one_of(['as ', ''])}{alias}", (Column(alias, kind),))


def _type_of(scope: Scope, name: str, kind: str) -> str:
    """A letter stays one where it is copied."""
    same = [column.type for column in scope.star if column.name == name]
    return "letter" if kind == "text" and set(same) == {"letter"} else kind


def _windowed(pen: Pen, scope: Scope, named_window: str | None) -> Item:
    alias = pen.name("v")
    return Item(f"{window(pen, scope, named_window)} as {alias}", (Column(alias, "number"),), ranks=True)


def _with_alias(scope: Scope, item: Item) -> Scope:
    """DuckDB does not repeat a window or a sub-query where an alias of it is used."""
    column = item.columns[0]
    usable = not item.ranks and "(select" not in item.sql and item.sql.endswith(column.name) and " " in item.sql
    return scope.with_alias(column.name, column.type) if usable else scope


def _star(pen: Pen, scope: Scope, repeats: bool) -> list[Item]:
    relation = pen.one_of(scope.relations)
    whole = len(scope.relations) == 1 or len(set(scope.names)) == len(scope.names) or repeats
    if whole and pen.chance(60):
        return [_modified(pen, scope, "*", scope.star)]
    return [_modified(pen, scope, f"{relation.alias}.*", list(relation.columns))] if _has(relation) else []


def _has(relation: Relation) -> bool:
    return len({column.name for column in relation.columns}) == len(relation.columns)


def _modified(pen: Pen, scope: Scope, text: str, columns: list[Column]) -> Item:
    """exclude, replace, rename; in the tracked reading `_row` is excluded too, as it is given back apart."""
    out = list(dict.fromkeys(column.name for column in pen.some_of(columns[1:], 1, 2))) if pen.chance(30) else []
    left = [column for column in columns if column.name not in out]
    text += f" exclude ({', '.join(out)}{only_tracked(f', {ROW}')})" if out else only_tracked(f" exclude ({ROW})")
    once = [column for column in left if [each.name for each in left].count(column.name) == 1]
    if once and pen.chance(25):
        column = once.pop(pen.number(0, len(once) - 1))
        kind = "text" if column.type == "letter" else column.type
        text += f" replace ({expression(pen, scope, kind, 1)} as {column.name})"
        left = [replace(each, type=kind, unique=False) if each is column else each for each in left]
    if once and pen.chance(20):
        column, name = pen.one_of(once), pen.name("e")
        text += f" rename ({column.name} as {name})"
        left = [replace(each, name=name) if each is column else each for each in left]
    return Item(text, tuple(left))
