"""Structs and arrays that a query puts together and takes apart: only the part that is used counts."""

from sqlglot import exp

from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.values import AGGREGATED, COMPUTED, Value, either, made_by

__all__ = ["element", "field_of", "fields"]


# Aggregates that give back one of the values they are given, whole.
PICKING = (exp.ArgMax, exp.ArgMin, exp.AnyValue, exp.First, exp.Last)


def field_of(node: exp.Expr, scope: Scope) -> Value | None:
    """The part that `a.b`, `a['b']` or `a[1]` takes; None where the parts of `a` are not known."""
    name = _field_name(node)
    if isinstance(node, exp.Bracket) and name is None:
        return scope.context.evaluate(node.this, scope).element
    if name is None or (isinstance(node.this, exp.Identifier) and node.this.name.lower() in scope.bound):
        return None
    return (scope.context.evaluate(node.this, scope).fields or {}).get(name.lower())


def _field_name(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Dot):
        return node.expression.name if isinstance(node.expression, exp.Identifier) else None
    key = node.expression if isinstance(node, exp.StructExtract) else (node.expressions or [None])[0]
    return key.name if isinstance(key, exp.Literal) and key.is_string else None


def fields(node: exp.Expr, scope: Scope) -> dict[str, Value] | None:
    """The parts of a struct that is put together here, by folded name."""
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Struct) and node.to.expressions:
        values = (fields(node.this, scope) or {}).values()
        return {part.name.lower(): value for part, value in zip(node.to.expressions, values, strict=False)}
    if isinstance(node, PICKING):
        return _picked(node, scope)
    if not isinstance(node, exp.Struct):
        return None
    found: dict[str, Value] = {}
    for place, part in enumerate(node.expressions):
        named = isinstance(part, exp.PropertyEQ)
        name = part.this.name if named else part.alias_or_name or f"_field_{place + 1}"
        found[name.lower()] = scope.context.evaluate(part.expression if named else part, scope)
    return found


def _picked(node: exp.Expr, scope: Scope) -> dict[str, Value] | None:
    """The parts of the one struct that an aggregate picks; which it is, its other arguments decide."""
    text = scope.context.sql(node)
    others = [child for child in node.iter_expressions() if child is not node.this]
    by = [(scope.context.evaluate(child, scope), AGGREGATED) for child in others]
    parts = (scope.context.evaluate(node.this, scope).fields or {}).items()
    return {name: made_by(text, [(part, AGGREGATED), *by]) for name, part in parts} or None


def element(node: exp.Expr, scope: Scope) -> Value | None:
    """The elements of an array that is put together here; None where it is none."""
    if isinstance(node, exp.ArrayAgg):
        return _gathered(node, scope)
    if not isinstance(node, exp.Array) or not node.expressions:
        return None
    first = node.expressions[0]
    if not isinstance(first, exp.Query):
        return either(scope.context.evaluate(part, scope) for part in node.expressions)
    result = scope.context.query(first, scope)
    return _row(dict(result.columns), first, scope) if first.args.get("kind") == "STRUCT" else None


def _row(columns: dict[str, Value], node: exp.Expr, scope: Scope) -> Value:
    """One row of `array(select as struct …)`."""
    text = scope.context.sql(node)
    parts = {name.lower(): made_by(text, ((value, COMPUTED),)) for name, value in columns.items()}
    return made_by(text, ((value, COMPUTED) for value in columns.values()), fields=parts)


def _gathered(node: exp.Expr, scope: Scope) -> Value:
    """One of the values that an aggregate puts into an array; which it is, its order decides."""
    text = scope.context.sql(node)
    inner, order = node.this, []
    while isinstance(inner, exp.Limit | exp.Order | exp.Distinct):
        if isinstance(inner, exp.Order):
            order = [(scope.context.evaluate(key.this, scope), AGGREGATED) for key in inner.expressions]
        inner = inner.expressions[0] if isinstance(inner, exp.Distinct) else inner.this
    value = scope.context.evaluate(inner, scope)
    parts = {name: made_by(text, [(part, AGGREGATED), *order]) for name, part in (value.fields or {}).items()}
    return made_by(text, [(value, AGGREGATED), *order], fields=parts or None)
