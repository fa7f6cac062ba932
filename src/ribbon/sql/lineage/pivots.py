"""PIVOT and UNPIVOT, after a source or as DuckDB's own statement."""

from collections.abc import Sequence

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.scope import Result, Scope
from ribbon.sql.lineage.values import AGGREGATED, Value, either, made_by
from ribbon.sql.resolve import Column, Open
from ribbon.sql.stars import all_columns, matched

__all__ = ["pivoted"]


def pivoted(node: exp.Expr, scope: Scope) -> Result:
    """The result of a pivot of the only source in scope."""
    columns, opens = all_columns(scope)
    read = _unpivot if node.args.get("unpivot") else _pivot
    result = read(node, columns, opens, scope)
    return Result(result.columns, result.opens, dict(scope.rows), tuple(scope.troubles))


def _pivot(node: exp.Expr, columns: Sequence[Column[Value]], opens: Sequence[Open[Value]], scope: Scope) -> Result:
    """Kept columns group the rows; the others hold the aggregates, one for each value of the pivoted columns."""
    fields = [*(node.args.get("fields") or ()), *(node.expressions if node.args.get("using") else ())]
    aggregates = node.args.get("using") or node.expressions
    on = [scope.evaluate(_pivoted_column(field)) for field in fields]
    values = [_aggregate(aggregate, on, scope) for aggregate in aggregates]
    kept, still_open = _kept(node, [*fields, *aggregates], columns, opens, scope)
    for _, value in kept:
        scope.depend(value, Role.GROUPED, "pivot")
    names = _names(node, fields, aggregates, scope)
    if names is None:
        free = Open("a pivot on values that are only in the data", lambda _: either(values))
        return Result(kept, (*still_open, free.lacking(name.lower() for name, _ in kept)))
    made = [(name, values[place % len(values)]) for place, name in enumerate(names)]
    return Result([*kept, *made], tuple(open_.lacking(name.lower() for name in names) for open_ in still_open))


def _pivoted_column(field: exp.Expr) -> exp.Expr:
    return field.this if isinstance(field, exp.In) else field


def _aggregate(node: exp.Expr, on: Sequence[Value], scope: Scope) -> Value:
    """What a pivoted column holds depends on what is aggregated, and on the column that decides where it goes."""
    value = scope.evaluate(node)
    text = scope.text(node.this if isinstance(node, exp.Alias) else node)
    return made_by(text, [(value, AGGREGATED), *((column, AGGREGATED) for column in on)], AGGREGATED)


def _kept(
    node: exp.Expr,
    used: Sequence[exp.Expr],
    columns: Sequence[Column[Value]],
    opens: Sequence[Open[Value]],
    scope: Scope,
) -> tuple[list[Column[Value]], list[Open[Value]]]:
    """The columns that group: those of GROUP BY, or else all that the pivot does not use."""
    group = node.args.get("group")
    if group is not None:
        return [(key.alias_or_name, scope.evaluate(key)) for key in group.expressions], []
    taken = {name.name.lower() for each in used for name in each.find_all(exp.Column)}
    kept = [(name, value) for name, value in columns if name.lower() not in taken]
    return kept, [open_.lacking(taken) for open_ in opens]


def _names(
    node: exp.Expr, fields: Sequence[exp.Expr], aggregates: Sequence[exp.Expr], scope: Scope
) -> list[str] | None:
    """The pivoted columns' names; None where they are values in the data."""
    if any(not isinstance(field, exp.In) or not field.expressions for field in fields) or not fields:
        return None
    known = node.args.get("columns")
    if known:
        return [name.name for name in known]
    names = [""]
    for field in fields:
        names = [f"{name}_{value.alias_or_name}".lstrip("_") for name in names for value in field.expressions]
    if len(aggregates) == 1 and not aggregates[0].alias:
        return names
    return [f"{name}_{each.alias or scope.text(each)}" for name in names for each in aggregates]


def _unpivot(node: exp.Expr, columns: Sequence[Column[Value]], opens: Sequence[Open[Value]], scope: Scope) -> Result:
    """Listed columns become rows: one column holds their names, one or more their values."""
    listed, names, name_column = _unpivoted(node)
    groups = [_values(each, scope) for each in listed]
    taken = {name.lower() for group in groups for name, _ in group}
    width = max(len(names), 1)
    made: list[Column[Value]] = []
    for place, name in enumerate(names):
        own = [value for group in groups for value in _share(group, place, width)]
        made.append((name, either(own)))
        if not node.args.get("include_nulls"):
            scope.depend(either(own), Role.FILTERED, "unpivot")
    kept = [(name, value) for name, value in columns if name.lower() not in taken]
    label = (name_column, Value(text=f"name of the column in {names[0] if names else 'unpivot'}"))
    turned = [*made, label] if scope.dialect == "bigquery" else [label, *made]
    return Result([*kept, *turned], tuple(open_.lacking(taken) for open_ in opens))


def _share(group: Sequence[Column[Value]], place: int, width: int) -> list[Value]:
    """Of (a, b) into (x, y), a goes to x and b to y; of a list of columns into one, all go there."""
    return [value for at, (_, value) in enumerate(group) if width == 1 or at % width == place]


def _unpivoted(node: exp.Expr) -> tuple[list[exp.Expr], list[str], str]:
    """What is listed, the columns of values and the column of names, of either form."""
    into = node.args.get("into")
    fields = node.args.get("fields")
    if fields:
        values = [name.name for each in node.expressions for name in (each.expressions or [each])]
        return list(fields[0].expressions), values, fields[0].this.name
    if into is not None:
        return list(node.expressions), [name.name for name in into.expressions], into.this.name
    return list(node.expressions), ["value"], "name"


def _values(node: exp.Expr, scope: Scope) -> list[Column[Value]]:
    inner = node.this if isinstance(node, exp.Alias | exp.PivotAlias | exp.Paren) else node
    if isinstance(inner, exp.Columns):
        return list(matched(inner, scope))
    if isinstance(inner, exp.Tuple):
        return [pair for each in inner.expressions for pair in _values(each, scope)]
    return [(inner.name, scope.evaluate(inner))]
