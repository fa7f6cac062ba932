"""The lineage of a SELECT: its columns, and what its rows depend on."""

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.dialects import aggregates
from ribbon.sql.lineage.expressions import columns_of
from ribbon.sql.lineage.from_clause import depend_on, read_from
from ribbon.sql.lineage.scope import Result, Scope
from ribbon.sql.lineage.values import Value, element_of
from ribbon.sql.resolve import Column, Open, name_parts
from ribbon.sql.stars import expanded

__all__ = ["limit_rows", "read_select"]

CONDITIONS = ("where", "prewhere", "having", "qualify")


def read_select(node: exp.Expr, outer: Scope) -> Result:
    """The result of one SELECT that stands in the scope `outer`."""
    scope = Scope(outer.context, outer.ctes, outer=outer if outer.sources or outer.outer else None)
    read_from(node, scope)
    scope.windows = {window.name.lower(): window for window in node.args.get("windows") or ()}
    columns, opens = _select_list(node, scope)
    for key in CONDITIONS:
        if node.args.get(key) is not None:
            depend_on(node.args[key].this, Role.FILTERED, scope)
    _connect(node, scope)
    _group(node, columns, scope)
    _distinct(node, columns, scope)
    limit_rows(node, columns, scope)
    return Result(columns, tuple(opens), scope.rows, tuple(dict.fromkeys(scope.troubles)))


def limit_rows(node: exp.Expr, columns: Sequence[Column[Value]], scope: Scope) -> None:
    """An order decides which rows there are where not all of them are taken."""
    distinct = node.args.get("distinct")
    on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
    cut = [node.args[key] for key in ("limit", "offset", "fetch") if node.args.get(key) is not None]
    order = node.args.get("order")
    if order is None or not (cut or on):
        return
    for key in _every(order.expressions, columns):
        inner = key.this if isinstance(key, exp.Ordered) else key
        found = _of_result(inner, columns)
        value = found if found is not None else scope.evaluate(inner)
        scope.depend(value, Role.LIMITED, scope.text(key))
    for key in node.args["limit"].expressions if node.args.get("limit") is not None else ():
        scope.depend(scope.evaluate(key), Role.GROUPED, scope.text(key))


def _every(keys: Sequence[exp.Expr], columns: Sequence[Column[Value]]) -> Sequence[exp.Expr]:
    """The keys of an order, where `all` stands for every column of the result."""
    first = keys[0].this if keys and isinstance(keys[0], exp.Ordered) else None
    if len(keys) == 1 and isinstance(first, exp.Column | exp.Var) and first.name.lower() == "all":
        return [exp.Literal.number(place + 1) for place in range(len(columns))]
    return keys


def _select_list(node: exp.Expr, scope: Scope) -> tuple[list[Column[Value]], list[Open[Value]]]:
    columns: list[Column[Value]] = []
    opens: list[Open[Value]] = []
    for each in node.expressions:
        star = expanded(each, scope)
        if star is not None:
            columns += star[0]
            opens += star[1]
        else:
            for name, value in _projected(each, scope):
                columns.append((name, value))
                scope.aliases.setdefault(name.lower(), value)
    return columns, opens


def _projected(node: exp.Expr, scope: Scope) -> Iterator[Column[Value]]:
    """One item of a select list: a column, or as many as COLUMNS or an unfolded struct stand for."""
    picked = node.find(exp.Columns) if scope.context.picks else None
    if picked is not None:
        for name in columns_of(node, scope):
            yield _renamed(node, picked, name), scope.evaluate(node)
        return
    value = scope.evaluate(node)
    if isinstance(node, exp.Aliases):
        yield from ((name.name, value) for name in node.aliases)
        return
    fields = _unfolded_struct(node, scope)
    if fields is not None:
        yield from fields.items()
        return
    yield _name(node, scope), value


def _name(node: exp.Expr, scope: Scope) -> str:
    if isinstance(node, exp.Column) and scope.dialect == "duckdb":
        return scope.spelled(name_parts(node))
    name = node.alias or node.output_name
    return str(name) or scope.text(node)


def _renamed(node: exp.Expr, picked: exp.Expr, name: str) -> str:
    r"""`columns('(.*)_usd') as '\1'` names each column after the one it stands for."""
    if not node.alias:
        return name
    pattern = picked.this.name if isinstance(picked.this, exp.Literal) else ".*"
    found = re.search(pattern, name)
    template = re.sub(r"\\(\d)", r"\\g<\1>", node.alias)
    return found.expand(template) if found else str(node.alias)


def _unfolded_struct(node: exp.Expr, scope: Scope) -> dict[str, Value] | None:
    """DuckDB's unnest of a struct gives back its parts, and that of an array of structs where it is recursive."""
    if not isinstance(node, exp.Explode) or scope.dialect != "duckdb":
        return None
    value = scope.evaluate(node.this)
    if node.expressions:
        value = element_of(value, scope.dialect) or value
    return scope.struct(value)


def _group(node: exp.Expr, columns: Sequence[Column[Value]], scope: Scope) -> None:
    group = node.args.get("group")
    if group is None:
        return
    if group.args.get("all"):
        for item, (name, value) in zip(node.expressions, columns, strict=False):
            if not any(aggregates(part) for part in item.walk()):
                scope.depend(value, Role.GROUPED, name)
    for key in _keys(group):
        found = _of_result(key, columns, ordinal_only=True)
        value = found if found is not None else scope.evaluate(key)
        scope.depend(value, Role.GROUPED, scope.text(key))


def _keys(node: exp.Expr) -> Iterator[exp.Expr]:
    """The keys of GROUP BY, out of whatever ROLLUP, CUBE and GROUPING SETS they stand in."""
    for child in node.iter_expressions():
        if isinstance(child, exp.Cube | exp.Rollup | exp.GroupingSets | exp.Tuple | exp.Group):
            yield from _keys(child)
        elif isinstance(child, exp.Paren):
            yield child.this
        else:
            yield child


def _of_result(key: exp.Expr, columns: Sequence[Column[Value]], *, ordinal_only: bool = False) -> Value | None:
    """The column of the result that an ordinal, or in ORDER BY a name, means."""
    if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit():
        place = int(key.name) - 1
        return columns[place][1] if 0 <= place < len(columns) else None
    if ordinal_only or not isinstance(key, exp.Column) or key.table:
        return None
    return next((value for name, value in columns if name.lower() == key.name.lower()), None)


def _distinct(node: exp.Expr, columns: Sequence[Column[Value]], scope: Scope) -> None:
    distinct = node.args.get("distinct")
    if distinct is None:
        return
    on = distinct.args.get("on")
    if on is None:
        for name, value in columns:
            scope.depend(value, Role.GROUPED, name)
        return
    for key in on.expressions if isinstance(on, exp.Tuple) else [on]:
        scope.depend(scope.evaluate(key), Role.GROUPED, scope.text(key))


def _connect(node: exp.Expr, scope: Scope) -> None:
    """CONNECT BY: a row is there where the condition joins it to another."""
    connect = node.args.get("connect")
    if connect is not None:
        for key in ("start", "connect"):
            if connect.args.get(key) is not None:
                depend_on(connect.args[key], Role.FILTERED, scope)
