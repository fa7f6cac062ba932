"""SQL conditions on rows as comparisons of a column with a value."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

__all__ = ["Comparison", "Disjunction", "read_condition", "read_order"]


@dataclass(frozen=True)
class Comparison:
    """column operator value. operator: ==, !=, <, <=, >, >=, IN, NOT_IN, IS_NULL or NOT_NULL; dates are ISO text."""

    column: str
    operator: str
    value: Any = None


# A row matches where all comparisons of one part are true. A comparison with null is not true.
Disjunction = tuple[tuple[Comparison, ...], ...]

OPERATORS: dict[type[exp.Expr], str] = {
    exp.EQ: "==",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
NEGATED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def read_condition(sql: str, by_order: Collection[str] = ()) -> Disjunction:
    """The comparisons in a SQL condition. Raises ValueError where it contains anything else.

    by_order: columns whose equality is written as `>=` and `<=`.
    """
    return _parts(_parsed(sql).transform(partial(_ordered, by_order)), negated=False)


def read_order(sql: str) -> tuple[tuple[str, bool], ...]:
    """The columns of `order by …`, each with whether it descends. Raises ValueError for anything but columns."""
    select = _parsed(f"select 1 order by {sql}")
    order = select.args.get("order")
    keys = order.expressions if order else []
    return tuple((_column(key.this), bool(key.args.get("desc"))) for key in keys)


def _parsed(sql: str) -> exp.Expr:
    try:
        return parse_one(sql, dialect="duckdb")
    except SqlglotError as error:
        raise ValueError(f"{sql!r} is not valid SQL: {str(error).splitlines()[0]}") from error


def _ordered(columns: Collection[str], node: exp.Expr) -> exp.Expr:
    """`=`, `<>` and `in` of these columns, written with `>=` and `<=`."""
    if not isinstance(node, exp.EQ | exp.NEQ | exp.In) or node.this.name not in columns:
        return node
    values = node.expressions if isinstance(node, exp.In) else [node.expression]
    same = [
        exp.and_(
            exp.GTE(this=node.this.copy(), expression=value), exp.LTE(this=node.this.copy(), expression=value.copy())
        )
        for value in values
    ]
    either = exp.Paren(this=exp.or_(*same))
    return exp.Not(this=either) if isinstance(node, exp.NEQ) else either


def _parts(node: exp.Expr, *, negated: bool) -> Disjunction:
    """De Morgan's rules hold for null too, so `not` moves inwards to the comparisons."""
    parts = partial(_parts, negated=negated)
    if isinstance(node, exp.Paren):
        return parts(node.this)
    if isinstance(node, exp.Not):
        return _parts(node.this, negated=not negated)
    if isinstance(node, exp.And | exp.Or):
        both = (parts(node.left), parts(node.right))
        if isinstance(node, exp.And) != negated:
            return tuple(one + other for one, other in product(*both))
        return both[0] + both[1]
    if isinstance(node, exp.Between):
        low = _between(node, "low", exp.GTE)
        high = _between(node, "high", exp.LTE)
        return parts(exp.And(this=low, expression=high))
    return ((_comparison(node, negated),),)


def _between(node: exp.Between, side: str, kind: Callable[..., exp.Expr]) -> exp.Expr:
    return kind(this=node.this.copy(), expression=node.args[side].copy())


def _comparison(node: exp.Expr, negated: bool) -> Comparison:
    if type(node) in OPERATORS:
        operator = OPERATORS[type(node)]
        column, value = node.this, node.expression
        if isinstance(value, exp.Column) and not isinstance(column, exp.Column):
            column, value, operator = value, column, MIRRORED[operator]
        return Comparison(_column(column), NEGATED[operator] if negated else operator, _value(value))
    if isinstance(node, exp.In) and node.expressions:
        values = [_value(value) for value in node.expressions]
        return Comparison(_column(node.this), "NOT_IN" if negated else "IN", values)
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        return Comparison(_column(node.this), "NOT_NULL" if negated else "IS_NULL")
    return Comparison(_column(node), "==", not negated)


def _column(node: exp.Expr) -> str:
    if not isinstance(node, exp.Column) or node.table:
        raise ValueError(f"{node.sql(dialect='duckdb')!r} is not a column")
    return str(node.name)


def _value(node: exp.Expr) -> Any:
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else _number(node.this)
    if isinstance(node, exp.Neg):
        return -_value(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if (
        isinstance(node, exp.Cast)
        and isinstance(node.this, exp.Literal)
        and node.to.is_type(*exp.DataType.TEMPORAL_TYPES)
    ):
        return str(node.this.this)
    raise ValueError(f"{node.sql(dialect='duckdb')!r} is not a constant")


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)
