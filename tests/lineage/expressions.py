"""Expressions that depend on all that is in them: a change of any of their columns can show."""

from collections.abc import Callable

from tests.lineage.pen import Pen
from tests.lineage.scopes import Scope
from tests.lineage.subqueries import condition_on_others, value_of_others

__all__ = ["expression", "reference", "restriction"]

Draw = Callable[[Pen, Scope, int], str]


def reference(pen: Pen, scope: Scope, *types: str) -> str | None:
    """A column as it stands, written as people do."""
    found = scope.of_type(types)
    return _spelled(pen, pen.one_of(found).sql) if found else None


def expression(pen: Pen, scope: Scope, kind: str, depth: int = 2) -> str:
    """An expression of this type."""
    plain = reference(pen, scope, kind)
    if plain and (depth == 0 or pen.chance(35)):
        return plain
    if depth == 0:
        return converted(pen, scope, kind)
    return pen.one_of(MADE[kind])(pen, scope, depth - 1)


def restriction(pen: Pen, scope: Scope) -> str:
    """Something that is true of most rows: for `where`. A remainder tells whatever the size of the number."""
    key, text, number = (reference(pen, scope, kind) for kind in ("key", "letter", "number"))
    options = [
        *([f"{number} % 3 <> 0", f"({number} is null or {number} % 5 <> 1)"] if number else []),
        *([f"{key} <> 4", f"{key} in (1, 2, 3, 100)"] if key else []),
        *([f"{text} <> 'c'", f"{text} not like 'd%'"] if text else []),
    ]
    if scope.known and pen.chance(25) and (found := condition_on_others(pen, scope)):
        return found
    return pen.one_of(options) if options else _condition(pen, scope, 0)


def converted(pen: Pen, scope: Scope, kind: str) -> str:
    """A value of this type out of any column: a literal would hide what stands beside it."""
    column = pen.one_of(scope.references)
    number = NUMBERS[column.type].format(column.sql)
    return FROM_NUMBERS[kind].format(number)


def _spelled(pen: Pen, name: str) -> str:
    if pen.chance(6):
        return name.upper()
    return ".".join(f'"{part}"' for part in name.split(".")) if pen.chance(6) else name


def _condition(pen: Pen, scope: Scope, depth: int) -> str:
    """Something that is true of some rows. It loses most of a change, so beyond a few it is a column as it stands."""
    if pen.may_lose(100):
        return expression(pen, scope, "flag", depth)
    return reference(pen, scope, "flag") or converted(pen, scope, "flag")


def _sum(pen: Pen, scope: Scope, depth: int) -> str:
    other = expression(pen, scope, "number", depth)
    return f"{expression(pen, scope, 'number', depth)} + {other} * 3"


def _coalesced(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    return f"coalesce(nullif(({first}) % 13, 0), {second})"


def _cast(pen: Pen, scope: Scope, depth: int) -> str:
    return f"cast(cast({expression(pen, scope, 'number', depth)} as varchar) as hugeint)"


def _greatest(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    return f"{pen.one_of(['greatest', 'least'])}({first}, {second} * 3 - 7)"


def _case(kind: str) -> Draw:
    def draw(pen: Pen, scope: Scope, depth: int) -> str:
        first, second = (expression(pen, scope, kind, depth) for _ in range(2))
        otherwise = f"{second} * 3 + 2" if kind == "number" else f"concat({second}, '~')"
        return f"case when {_condition(pen, scope, depth)} then {first} else {otherwise} end"

    return draw


def _case_of_text(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    letter = reference(pen, scope, "letter")
    if letter is None:
        return _sum(pen, scope, depth)
    return f"case {letter} when 'a' then {first} else {second} * 3 + 2 end"


def _hashed(pen: Pen, scope: Scope, depth: int) -> str:
    return f"cast(hash({expression(pen, scope, 'text', depth)}) % 997 as bigint)"


def _of_list(pen: Pen, scope: Scope, depth: int) -> str:
    found = reference(pen, scope, "list")
    return f"{pen.one_of(['list_sum', 'list_max'])}({found})" if found else _sum(pen, scope, depth)


def _of_struct(pen: Pen, scope: Scope, depth: int) -> str:
    found = reference(pen, scope, "struct")
    first, second = pen.one_of([(".x", ".y"), ("['x']", "['y']")])
    return f"({found}){first} + ({found}){second} * 3" if found else _sum(pen, scope, depth)


def _of_others(pen: Pen, scope: Scope, depth: int) -> str:
    return value_of_others(pen, scope) or _sum(pen, scope, depth)


def _joined(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, pen.one_of(["text", "number"]), depth) for _ in range(2))
    return f"concat({first}, '-', {second})"


def _upper(pen: Pen, scope: Scope, depth: int) -> str:
    return f"upper({expression(pen, scope, 'text', depth)})"


def _as_text(pen: Pen, scope: Scope, depth: int) -> str:
    return f"({expression(pen, scope, 'number', depth)})::varchar"


def _odd(pen: Pen, scope: Scope, depth: int) -> str:
    return f"abs({expression(pen, scope, 'number', depth)}) % 13 > 5"


def _both(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    return f"({first} + {second} * 3) % 13 < 6"


def _even(pen: Pen, scope: Scope, depth: int) -> str:
    return f"({expression(pen, scope, 'number', depth)}) % 13 < 6"


def _after(pen: Pen, scope: Scope, depth: int) -> str:
    letter = reference(pen, scope, "letter")
    return f"{letter} > 'b'" if letter else f"hash({expression(pen, scope, 'text', depth)}) % 2 = 0"


def _exists(pen: Pen, scope: Scope, depth: int) -> str:
    return condition_on_others(pen, scope) or _odd(pen, scope, depth)


def _key(pen: Pen, scope: Scope, depth: int) -> str:
    return f"{expression(pen, scope, 'key', 0)} + case when {_condition(pen, scope, depth)} then 11 else 0 end"


def _struct(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    return pen.one_of([f"{{'x': {first}, 'y': {second}}}", f"struct_pack(x := {first}, y := {second})"])


def _list(pen: Pen, scope: Scope, depth: int) -> str:
    first, second = (expression(pen, scope, "number", depth) for _ in range(2))
    return f"[{first}, {second}]"


def _transformed(pen: Pen, scope: Scope, depth: int) -> str:  # noqa: ARG001
    name = pen.name("i")
    return f"list_transform({expression(pen, scope, 'list', 0)}, lambda {name}: {name} + 1)"


NUMBERS = {
    "number": "{}",
    "key": "{}",
    "letter": "ascii({})",
    "text": "cast(hash({}) % 997 as bigint)",
    "flag": "cast({} as bigint)",
    "struct": "(({0}).x + ({0}).y * 3)",
    "list": "list_sum({})",
}
FROM_NUMBERS = {
    "number": "{} * 1",
    "key": "{} % 5",
    "text": "cast({} as varchar)",
    "flag": "({} % 2 = 0)",
    "struct": "{{'x': {0}, 'y': {0} * 2}}",
    "list": "[{0}, {0} * 2]",
}
MADE: dict[str, list[Draw]] = {
    "number": [
        *(_sum, _coalesced, _cast, _greatest, _case("number"), _case_of_text, _hashed, _of_list, _of_struct),
        *(_of_others, _of_others),
    ],
    "text": [_joined, _upper, _as_text, _case("text")],
    "flag": [_odd, _both, _even, _after, _exists],
    "key": [_key],
    "struct": [_struct],
    "list": [_list, _transformed],
}
