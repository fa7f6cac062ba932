"""Comparisons, each in one direction and without `not`, `between` and `in`; all of it holds for null too."""

from collections.abc import Callable
from functools import partial

from sqlglot import exp

from ribbon.sql.normal.terms import Term, flat

__all__ = ["COMPARISONS"]

# What an expression means.
Read = Callable[[exp.Expr], Term]

OPPOSITE = {
    "and": "or",
    "or": "and",
    "eq": "neq",
    "neq": "eq",
    "nullsafeeq": "nullsafeneq",
    "nullsafeneq": "nullsafeeq",
}
TURNED = {"lt": "lte", "lte": "lt"}


def _pair(node: exp.Expr, read: Read, head: str) -> Term:
    return (head, read(node.this), read(node.expression))


def _turned(node: exp.Expr, read: Read, head: str) -> Term:
    """`a > b` is `b < a`."""
    return (head, read(node.expression), read(node.this))


def _between(node: exp.Expr, read: Read) -> Term:
    value, low, high = (read(node.args[key]) for key in ("this", "low", "high"))
    return ("and", ("lte", low, value), ("lte", value, high))


def _in(node: exp.Expr, read: Read) -> Term | None:
    """`a in (1, 2)` is `a = 1 or a = 2`; nothing where it asks a query."""
    if not node.expressions:
        return None
    value = read(node.this)
    return flat("or", (("eq", value, read(each)) for each in node.expressions))


def _not(node: exp.Expr, read: Read) -> Term:
    return _negated(read(node.this))


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


COMPARISONS: "dict[type[exp.Expr], Callable[[exp.Expr, Read], Term | None]]" = {
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
}
