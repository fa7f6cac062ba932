"""The term of an expression. Comparisons have one direction, and no `not`, `between`, `in`; that holds for null too."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlglot import exp

from ribbon.sql.canonical.scope import Scope
from ribbon.sql.canonical.terms import AGGREGATE, WINDOW, Term, Unreadable, flat
from ribbon.sql.dialects import UNITS, aggregates, unfolds
from ribbon.sql.resolve import name_parts

__all__ = ["meaning"]

Reader = Callable[[exp.Expr, Scope], Term]

VOLATILE = (exp.Rand, exp.Randn, exp.Uuid, exp.NextValueFor)
VOLATILE_NAMES = frozenset({"random", "uuid", "gen_random_uuid", "nextval", "newid", "generate_uuid"})

# These tell how an expression was written, not what it means.
NOTES = frozenset({"big_int", "copy", "safe", "coerce", "typed"})

SUMS = {exp.And: "and", exp.Or: "or", exp.Add: "add", exp.Mul: "mul"}

OPPOSITE = {
    "and": "or",
    "or": "and",
    "eq": "neq",
    "neq": "eq",
    "nullsafeeq": "nullsafeneq",
    "nullsafeneq": "nullsafeeq",
}
TURNED = {"lt": "lte", "lte": "lt"}


def meaning(node: exp.Expr, scope: Scope) -> Term:
    """The term of an expression. Raises Unreadable where a name in it means nothing."""
    reader = READERS.get(type(node))
    if reader is not None:
        return reader(node, scope)
    if isinstance(node, exp.Query):
        return ("query", scope.query(node))
    if isinstance(node, VOLATILE) or (isinstance(node, exp.Anonymous) and node.name.lower() in VOLATILE_NAMES):
        return ("volatile", _generic(node, scope))
    if aggregates(node):
        return (AGGREGATE, _generic(node, scope))
    return ("unfold", _generic(node, scope)) if unfolds(node) else _generic(node, scope)


def _generic(node: exp.Expr, scope: Scope) -> Term:
    name = node.name.lower() if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.key
    parts = [
        (key, _value(value, scope))
        for key, value in sorted(node.args.items(), key=_place)
        if value not in (None, False, []) and key not in NOTES and not key.startswith("_")
        if not (key == "this" and isinstance(value, str))
    ]
    return (name, *parts)


def _place(argument: tuple[str, object]) -> tuple[bool, str]:
    """The main argument first, so that terms read as they were written."""
    return argument[0] != "this", argument[0]


def _value(value: object, scope: Scope) -> Term:
    if isinstance(value, list):
        return tuple(_value(each, scope) for each in value)
    return meaning(value, scope) if isinstance(value, exp.Expr) else str(value).lower()


def _column(node: exp.Expr, scope: Scope) -> Term:
    parts = _parts(node)
    if parts[0] in scope.bound:
        return scope.fields(scope.bound[parts[0]], parts, 1)
    found = scope.column(parts)
    if found is not None:
        return found
    if len(parts) == 1 and parts[0] in UNITS and isinstance(node.parent, exp.Func):
        return ("word", parts[0])
    raise Unreadable(scope.unknown(parts))


def _parts(node: exp.Expr) -> tuple[str, ...]:
    if isinstance(node, exp.Dot):
        return (*_parts(node.this), node.expression.name.lower())
    return tuple(part.lower() for part in name_parts(node)) if isinstance(node, exp.Column) else (node.name.lower(),)


def _dot(node: exp.Expr, scope: Scope) -> Term:
    inner = node.this
    while isinstance(inner, exp.Dot):
        inner = inner.this
    return _column(node, scope) if isinstance(inner, exp.Column) else _generic(node, scope)


def _case(node: exp.Expr, scope: Scope) -> Term:
    """`case x when 1 …` is `case when x = 1 …`; `else null` is left out."""
    subject = node.args.get("this")
    value = meaning(subject, scope) if subject is not None else None
    arms = []
    for arm in node.args["ifs"]:
        condition = meaning(arm.this, scope)
        arms.append((condition if value is None else ("eq", value, condition), meaning(arm.args["true"], scope)))
    return ("case", *arms, _default(node.args.get("default"), scope))


def _if(node: exp.Expr, scope: Scope) -> Term:
    arm = (meaning(node.this, scope), meaning(node.args["true"], scope))
    return ("case", arm, _default(node.args.get("false"), scope))


def _default(node: exp.Expr | None, scope: Scope) -> Term:
    return "null" if node is None or isinstance(node, exp.Null) else meaning(node, scope)


def _window(node: exp.Expr, scope: Scope) -> Term:
    """The function of a window aggregates no rows; a window that has a name is what the name stands for."""
    function = _generic(_unnamed(node, scope), scope)
    return (WINDOW, *(_not_aggregating(part) for part in function[1:]))


def _unnamed(node: exp.Expr, scope: Scope) -> exp.Expr:
    alias = node.args.get("alias")
    if alias is None:
        return node
    defined = scope.windows.get(alias.name.lower())
    if defined is None:
        raise Unreadable(f"there is no window {alias.name}")
    whole, defined = node.copy(), _unnamed(defined, scope)
    whole.set("alias", None)
    for key in ("partition_by", "order", "spec"):
        whole.set(key, whole.args.get(key) or defined.args.get(key))
    return whole


def _rows_of_window(node: exp.Expr, scope: Scope) -> Term:
    """`rows 1 preceding` ends at the current row."""
    if not node.args.get("end"):
        node = node.copy()
        node.set("end", "CURRENT ROW")
    return _generic(node, scope)


def _not_aggregating(part: Term) -> Term:
    if isinstance(part, tuple) and part[0] == "this" and isinstance(part[1], tuple) and part[1][0] == AGGREGATE:
        return ("this", part[1][1])
    return part


def _count(node: exp.Expr, scope: Scope) -> Term:
    """`count(1)` counts rows as `count(*)` does."""
    counted = node.this
    if counted is None or isinstance(counted, exp.Literal | exp.Star):
        return (AGGREGATE, ("count", "*"))
    return (AGGREGATE, _generic(node, scope))


def _distinct(node: exp.Expr, scope: Scope) -> Term:
    return ("distinct", *(meaning(each, scope) for each in node.expressions))


def _lambda(node: exp.Expr, scope: Scope) -> Term:
    """Parameters are numbered; those of an inner lambda after those of the outer one."""
    first = max((int(str(each[1])) + 1 for each in scope.bound.values()), default=0)
    names = [each.name.lower() for each in node.expressions]
    bound: dict[str, Term] = {name: ("parameter", str(number)) for number, name in enumerate(names, first)}
    body = meaning(node.this, replace(scope, bound={**scope.bound, **bound}))
    return ("lambda", str(len(names)), body, *((str(first),) if first else ()))


def _identifier(node: exp.Expr, scope: Scope) -> Term:
    """A parameter of a lambda; else a word."""
    name = node.name.lower()
    return scope.bound.get(name) or ("word", name)


def _literal(node: exp.Expr, scope: Scope) -> Term:  # noqa: ARG001 - every reader takes both
    return ("text", node.name) if node.is_string else ("number", node.name)


def _cast(node: exp.Expr, scope: Scope) -> Term:
    return (node.key, meaning(node.this, scope), scope.type_name(node.args["to"]))


def _sum(head: str) -> "Callable[[exp.Expr, Scope], Term]":
    return lambda node, scope: flat(head, (meaning(node.this, scope), meaning(node.expression, scope)))


def _inner(node: exp.Expr, scope: Scope) -> Term:
    return meaning(node.this, scope)


def _word(node: exp.Expr, scope: Scope) -> Term:  # noqa: ARG001 - every reader takes both
    return ("word", node.name.lower())


def _pair(node: exp.Expr, scope: Scope, head: str) -> Term:
    return (head, meaning(node.this, scope), meaning(node.expression, scope))


def _turned(node: exp.Expr, scope: Scope, head: str) -> Term:
    """`a > b` is `b < a`."""
    return (head, meaning(node.expression, scope), meaning(node.this, scope))


def _between(node: exp.Expr, scope: Scope) -> Term:
    value, low, high = (meaning(node.args[key], scope) for key in ("this", "low", "high"))
    return ("and", ("lte", low, value), ("lte", value, high))


def _in(node: exp.Expr, scope: Scope) -> Term:
    """`a in (1, 2)` is `a = 1 or a = 2`."""
    if not node.expressions:
        return _generic(node, scope)
    value = meaning(node.this, scope)
    return flat("or", (("eq", value, meaning(each, scope)) for each in node.expressions))


def _not(node: exp.Expr, scope: Scope) -> Term:
    return _negated(meaning(node.this, scope))


def _negated(term: Term) -> Term:
    """De Morgan's rules, and those of comparisons."""
    head, parts = (term[0], term[1:]) if isinstance(term, tuple) and term else ("", ())
    if head in ("and", "or"):
        return flat(OPPOSITE[str(head)], map(_negated, parts))
    if head in TURNED:
        return (TURNED[str(head)], parts[1], parts[0])
    if head == "not":
        return parts[0]
    return (OPPOSITE[str(head)], *parts) if head in OPPOSITE else ("not", term)


READERS: dict[type[exp.Expr], Reader] = {
    exp.Between: _between,
    exp.EQ: partial(_pair, head="eq"),
    exp.GT: partial(_turned, head="lt"),
    exp.GTE: partial(_turned, head="lte"),
    exp.In: _in,
    exp.LT: partial(_pair, head="lt"),
    exp.LTE: partial(_pair, head="lte"),
    exp.NEQ: partial(_pair, head="neq"),
    exp.Not: _not,
    exp.NullSafeEQ: partial(_pair, head="nullsafeeq"),
    exp.NullSafeNEQ: partial(_pair, head="nullsafeneq"),
    exp.Alias: _inner,
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Column: _column,
    exp.Count: _count,
    exp.DataType: lambda node, scope: scope.type_name(node),
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
