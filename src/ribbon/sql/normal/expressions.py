"""What an expression means, whatever it is written like."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from sqlglot import exp

from ribbon.sql.dialects import UNITS, aggregates, unfolds
from ribbon.sql.normal.comparisons import COMPARISONS
from ribbon.sql.normal.terms import AGGREGATE, WINDOW, Term, flat

__all__ = ["Names", "Unreadable", "meaning"]

VOLATILE = (exp.Rand, exp.Randn, exp.Uuid, exp.NextValueFor)
VOLATILE_NAMES = frozenset({"random", "uuid", "gen_random_uuid", "nextval", "newid", "generate_uuid"})

# Said of how it was written, not of what it means.
NOTES = frozenset({"big_int", "copy", "safe", "coerce", "typed"})

SUMS = {exp.And: "and", exp.Or: "or", exp.Add: "add", exp.Mul: "mul"}


class Unreadable(Exception):  # noqa: N818 - it is no fault of the SQL
    """A query that has no normal form here, and why."""


class Names(Protocol):
    """What names mean where an expression stands."""

    def column(self, parts: tuple[str, ...]) -> Term | None:
        """What a dotted name means, as far as its parts are a column; None where there is no such column."""

    def query(self, node: exp.Expr) -> Term:
        """What a query inside an expression gives back."""

    def window(self, name: str) -> exp.Expr | None:
        """The window of a name; None where there is none."""

    def type_name(self, node: exp.Expr) -> str:
        """A data type as the dialect writes it, lower case."""


def meaning(node: exp.Expr, names: Names) -> Term:
    """The term of an expression. Raises Unreadable where a name in it means nothing."""
    comparison = COMPARISONS.get(type(node))
    told = None if comparison is None else comparison(node, partial(meaning, names=names))
    if told is not None:
        return told
    reader = READERS.get(type(node))
    if reader is not None:
        return reader(node, names)
    if isinstance(node, exp.Query):
        return ("query", names.query(node))
    if isinstance(node, VOLATILE) or (isinstance(node, exp.Anonymous) and node.name.lower() in VOLATILE_NAMES):
        return ("volatile", _generic(node, names))
    if aggregates(node):
        return (AGGREGATE, _generic(node, names))
    return ("unfold", _generic(node, names)) if unfolds(node) else _generic(node, names)


def _generic(node: exp.Expr, names: Names) -> Term:
    name = node.name.lower() if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.key
    parts = [
        (key, _value(value, names))
        for key, value in sorted(node.args.items(), key=_place)
        if value not in (None, False, []) and key not in NOTES and not key.startswith("_")
        if not (key == "this" and isinstance(value, str))
    ]
    return (name, *parts)


def _place(argument: tuple[str, object]) -> tuple[bool, str]:
    """What a function is of comes first, so that terms read as they were written."""
    return argument[0] != "this", argument[0]


def _value(value: object, names: Names) -> Term:
    if isinstance(value, list):
        return tuple(_value(each, names) for each in value)
    return meaning(value, names) if isinstance(value, exp.Expr) else str(value).lower()


def _column(node: exp.Expr, names: Names) -> Term:
    parts = _parts(node)
    found = names.column(parts)
    if found is not None:
        return found
    if len(parts) == 1 and parts[0] in UNITS and isinstance(node.parent, exp.Func):
        return ("word", parts[0])
    raise Unreadable(f"no relation here has a column {'.'.join(parts)}")


def _parts(node: exp.Expr) -> tuple[str, ...]:
    if isinstance(node, exp.Dot):
        return (*_parts(node.this), node.expression.name.lower())
    return tuple(part.name.lower() for part in node.parts) if isinstance(node, exp.Column) else (node.name.lower(),)


def _dot(node: exp.Expr, names: Names) -> Term:
    inner = node.this
    while isinstance(inner, exp.Dot):
        inner = inner.this
    return _column(node, names) if isinstance(inner, exp.Column) else _generic(node, names)


def _case(node: exp.Expr, names: Names) -> Term:
    """`case x when 1 …` is `case when x = 1 …`; `else null` says nothing."""
    subject = node.args.get("this")
    value = meaning(subject, names) if subject is not None else None
    arms = []
    for arm in node.args["ifs"]:
        condition = meaning(arm.this, names)
        arms.append((condition if value is None else ("eq", value, condition), meaning(arm.args["true"], names)))
    return ("case", *arms, _default(node.args.get("default"), names))


def _if(node: exp.Expr, names: Names) -> Term:
    arm = (meaning(node.this, names), meaning(node.args["true"], names))
    return ("case", arm, _default(node.args.get("false"), names))


def _default(node: exp.Expr | None, names: Names) -> Term:
    return "null" if node is None or isinstance(node, exp.Null) else meaning(node, names)


def _window(node: exp.Expr, names: Names) -> Term:
    """The function of a window aggregates no rows; a window that has a name is what the name stands for."""
    told = _generic(_unnamed(node, names), names)
    return (WINDOW, *(_not_aggregating(part) for part in told[1:]))


def _unnamed(node: exp.Expr, names: Names) -> exp.Expr:
    alias = node.args.get("alias")
    if alias is None:
        return node
    defined = names.window(alias.name.lower())
    if defined is None:
        raise Unreadable(f"there is no window {alias.name}")
    whole, defined = node.copy(), _unnamed(defined, names)
    whole.set("alias", None)
    for key in ("partition_by", "order", "spec"):
        whole.set(key, whole.args.get(key) or defined.args.get(key))
    return whole


def _rows_of_window(node: exp.Expr, names: Names) -> Term:
    """`rows 1 preceding` ends at the current row."""
    if not node.args.get("end"):
        node = node.copy()
        node.set("end", "CURRENT ROW")
    return _generic(node, names)


def _not_aggregating(part: Term) -> Term:
    if isinstance(part, tuple) and part[0] == "this" and isinstance(part[1], tuple) and part[1][0] == AGGREGATE:
        return ("this", part[1][1])
    return part


def _count(node: exp.Expr, names: Names) -> Term:
    """`count(1)` counts rows as `count(*)` does."""
    counted = node.this
    if counted is None or isinstance(counted, exp.Literal | exp.Star):
        return (AGGREGATE, ("count", "*"))
    return (AGGREGATE, _generic(node, names))


def _distinct(node: exp.Expr, names: Names) -> Term:
    return ("distinct", *(meaning(each, names) for each in node.expressions))


def _lambda(node: exp.Expr, names: Names) -> Term:
    bound = {each.name.lower(): ("parameter", str(place)) for place, each in enumerate(node.expressions)}
    return ("lambda", str(len(bound)), meaning(node.this, _Bound(names, bound)))


class _Bound:
    """Names inside a lambda: its parameters, then those around it."""

    def __init__(self, names: Names, bound: Mapping[str, Term]) -> None:
        self._names, self._bound = names, bound
        self.query, self.type_name, self.window = names.query, names.type_name, names.window

    def parameter(self, name: str) -> Term | None:
        """A parameter of the lambda."""
        return self._bound.get(name)

    def column(self, parts: tuple[str, ...]) -> Term | None:
        """A parameter, or what the name means outside."""
        found = self.parameter(parts[0])
        if found is None:
            return self._names.column(parts)
        return found if len(parts) == 1 else ("field", found, *parts[1:])


def _identifier(node: exp.Expr, names: Names) -> Term:
    """A parameter of a lambda; else a word."""
    name = node.name.lower()
    return (names.parameter(name) if isinstance(names, _Bound) else None) or ("word", name)


def _literal(node: exp.Expr, names: Names) -> Term:  # noqa: ARG001 - every reader takes both
    return ("text", node.name) if node.is_string else ("number", node.name)


def _cast(node: exp.Expr, names: Names) -> Term:
    return (node.key, meaning(node.this, names), names.type_name(node.args["to"]))


def _sum(head: str) -> "Callable[[exp.Expr, Names], Term]":
    return lambda node, names: flat(head, (meaning(node.this, names), meaning(node.expression, names)))


def _inner(node: exp.Expr, names: Names) -> Term:
    return meaning(node.this, names)


def _word(node: exp.Expr, names: Names) -> Term:  # noqa: ARG001 - every reader takes both
    return ("word", node.name.lower())


READERS: "dict[type[exp.Expr], Callable[[exp.Expr, Names], Term]]" = {
    exp.Alias: _inner,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Column: _column,
    exp.Count: _count,
    exp.DataType: lambda node, names: names.type_name(node),
    exp.Distinct: _distinct,
    exp.Dot: _dot,
    exp.Identifier: _identifier,
    exp.If: _if,
    exp.Lambda: _lambda,
    exp.Literal: _literal,
    exp.Paren: _inner,
    exp.Subquery: _inner,
    exp.TryCast: _cast,
    exp.Var: _word,
    exp.Window: _window,
    exp.WindowSpec: _rows_of_window,
    **{kind: _sum(head) for kind, head in SUMS.items()},
}
