"""FROM and JOIN: the sources of a SELECT and their names, and the columns that joins depend on."""

from dataclasses import replace

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.expressions import columns_of
from ribbon.sql.lineage.pivots import pivoted
from ribbon.sql.lineage.scope import Result, Scope, TableRows
from ribbon.sql.lineage.table_functions import array_of, is_function, table_path, unfolded
from ribbon.sql.lineage.values import COMPUTED, Value, made_by
from ribbon.sql.resolve import ColumnList, Columns, FromItem, alias_columns, numbered, renamed
from ribbon.sql.tables import Table

__all__ = ["depend_on", "read_from", "read_item"]


def read_from(node: exp.Expr, scope: Scope) -> None:
    """Put all sources of a SELECT into its scope, and record what its joins depend on."""
    clause = node.args.get("from_")
    if clause is not None:
        read_item(clause.this, scope)
    for lateral in node.args.get("laterals") or ():
        read_item(lateral, scope)
    for join in node.args.get("joins") or ():
        _join(join, scope)


def depend_on(condition: exp.Expr, role: Role, scope: Scope) -> None:
    """Record what a condition depends on, each of its parts with its own text."""
    ahead = [condition]
    while ahead:
        part = ahead.pop()
        if isinstance(part, exp.And):
            ahead += (part.right, part.left)
        elif isinstance(part, exp.Paren) and isinstance(part.this, exp.And):
            ahead.append(part.this)
        else:
            for _ in columns_of(part, scope):
                scope.depend(scope.evaluate(part), role, scope.text(part))


def read_item(node: exp.Expr, scope: Scope) -> None:
    """Read one item of a FROM, with whatever is joined or pivoted inside it."""
    if isinstance(node, exp.Final):
        node = node.this
    if isinstance(node, exp.Paren | exp.Subquery) and isinstance(node.this, exp.Table | exp.Paren) and not node.alias:
        read_item(node.this, scope)
    else:
        scope.sources.append(_source(node, scope))
    for pivot in node.args.get("pivots") or ():
        _pivot(pivot, scope)
    for join in node.args.get("joins") or ():
        _join(join, scope)


def _source(node: exp.Expr, scope: Scope) -> FromItem[Value]:
    alias, names = node.args.get("alias"), alias_columns(node)
    array = array_of(node, scope)
    if array is not None or is_function(node):
        return unfolded(node if array is None else array, alias, names, scope)
    rows, path = _rows(node, scope)
    if names:
        rows = ColumnList(renamed(rows.listed(), names), rows.opens)
    return FromItem((node.alias.lower(),) if alias is not None and node.alias else path, rows)


def _rows(node: exp.Expr, scope: Scope) -> tuple[Columns[Value], tuple[str, ...]]:
    """What an item of a FROM gives back, and the name it has by itself."""
    if isinstance(node, exp.Table):
        return _table(node, scope)
    query = node.this if isinstance(node, exp.Lateral | exp.Subquery) else node
    scope.leaves_crossed.clear()
    result = scope.context.query(query, scope)
    scope.absorb(_correlated(result, scope) if scope.leaves_crossed else result)
    return ColumnList(numbered(result.columns, scope.dialect), result.opens), ()


def _correlated(result: Result, scope: Scope) -> Result:
    """What a lateral query takes from the sources before it joins them."""
    turned = {
        (leaf, Role.JOINED if leaf in scope.leaves_crossed and role is Role.FILTERED else role, text): None
        for leaf, role, text in result.rows
    }
    return replace(result, rows=turned)


def _table(node: exp.Expr, scope: Scope) -> tuple[Columns[Value], tuple[str, ...]]:
    path = table_path(node)
    folded = tuple(part.lower() for part in path)
    if len(path) == 1 and folded[0] in scope.ctes:
        result = scope.ctes[folded[0]].result()
        scope.absorb(result)
        return result, folded
    table = scope.context.tables.find(path) or Table(".".join(path), path)
    return TableRows(table, scope.context.asked), folded


def _pivot(pivot: exp.Expr, scope: Scope) -> None:
    """Replace the last source by its pivot."""
    before = scope.sources.pop()
    result = pivoted(pivot, Scope(scope.context, scope.ctes, outer=scope.outer, sources=[before]))
    scope.absorb(result)
    columns = ColumnList(renamed(result.columns, alias_columns(pivot)), result.opens)
    scope.sources.append(FromItem((pivot.alias.lower(),) if pivot.alias else before.path, columns))


def _join(node: exp.Expr, scope: Scope) -> None:
    before = list(scope.sources)
    if (node.args.get("kind") or "").upper() == "ARRAY":
        _array_join(node, scope)
        return
    read_item(node.this, scope)
    added = scope.sources[len(before) :]
    words = {word.lower() for key in ("side", "kind") if (word := node.args.get(key))}
    kind = next((word for word in ("semi", "anti", "full", "right") if word in words), "")
    kept_only = kind in ("semi", "anti")
    role = Role.FILTERED if kept_only else Role.JOINED
    using = [name.name for name in node.args.get("using") or ()]
    if (node.args.get("method") or "").upper() == "NATURAL":
        using = scope.common(before, added)
    for name in using:
        for value in scope.merge(name, before, added, kind):
            scope.depend(value, role, f"using ({name})")
    for key in ("on", "match_condition"):
        if node.args.get(key) is not None:
            depend_on(node.args[key], role, scope)
    if kept_only:
        scope.sources = before


def _array_join(node: exp.Expr, scope: Scope) -> None:
    """ClickHouse's ARRAY JOIN: an array's name means its elements from here on."""
    for each in [node.this, *node.expressions]:
        text = scope.text(node).strip()
        value = scope.evaluate(each)
        scope.depend(value, Role.JOINED, text)
        scope.merged[each.alias_or_name.lower()] = made_by(text, ((value, COMPUTED),))
