"""Whatever gives back rows, by its kind."""

from collections.abc import Callable

from sqlglot import exp

from ribbon.sql.lineage.ctes import with_ctes
from ribbon.sql.lineage.from_clause import read_item
from ribbon.sql.lineage.inner_names import renamed
from ribbon.sql.lineage.pivots import pivoted
from ribbon.sql.lineage.relations import Result
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.select import limit_rows, read_select
from ribbon.sql.lineage.set_operations import branches, combined
from ribbon.sql.lineage.values import Value, either

__all__ = ["read_query"]

# What dialects call the columns of VALUES that nobody named.
VALUES_NAMES: dict[str, Callable[[int], str]] = {
    "duckdb": lambda place: f"col{place}",
    "spark": lambda place: f"col{place + 1}",
    "databricks": lambda place: f"col{place + 1}",
}


def read_query(node: exp.Expr, outer: Scope) -> Result:
    """The result of a query that stands in the scope `outer`."""
    for kinds, read in _READERS:
        if isinstance(node, kinds):
            return read(node, outer)
    return Result([], troubles=(f"{type(node).__name__.upper()} is no query that lineage knows",))


def _set_operation(node: exp.Expr, outer: Scope) -> Result:
    scope = outer.inside(with_ctes(node, outer))
    result = combined(node, [read_query(branch, scope) for branch in branches(node)])
    return _limited(node, result, outer)


def _limited(node: exp.Expr, result: Result, outer: Scope) -> Result:
    """ORDER BY with LIMIT around a whole query."""
    scope = Scope(outer.context, outer.ctes, outer.outer, rows=result.rows)
    limit_rows(node, result.columns, scope)
    return Result(result.columns, result.opens, scope.rows, (*result.troubles, *scope.troubles))


def _wrapped(node: exp.Expr, outer: Scope) -> Result:
    """A query in brackets, which may have a WITH, a pivot or an order of its own."""
    scope = outer.inside(with_ctes(node, outer))
    if node.args.get("pivots") or node.args.get("joins") or isinstance(node.this, exp.Table):
        return _all_of(node, scope)
    result = read_query(node.this, scope)
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.columns:
        result = renamed(result, [name.name for name in alias.columns])
    return _limited(node, result, scope)


def _all_of(node: exp.Expr, outer: Scope) -> Result:
    """Everything of one item of a FROM."""
    scope = Scope(outer.context, outer.ctes, outer.outer)
    item = node.copy()
    for key in ("order", "limit", "offset", "with_"):
        item.set(key, None)
    read_item(item, scope)
    columns = [column for source in scope.sources for column in source.rows.listed()]
    opens = tuple(open_ for source in scope.sources for open_ in source.rows.opens)
    return _limited(node, Result(columns, opens, scope.rows, tuple(scope.troubles)), outer)


def _values(node: exp.Expr, outer: Scope) -> Result:
    rows = [each.expressions if isinstance(each, exp.Tuple) else [each] for each in node.expressions]
    width = max((len(row) for row in rows), default=0)
    alias = node.args.get("alias")
    given = [name.name for name in alias.columns] if isinstance(alias, exp.TableAlias) else []
    default: Callable[[int], str] = VALUES_NAMES.get(outer.context.dialect, lambda place: f"column{place + 1}")
    columns: list[tuple[str, Value]] = []
    for place in range(width):
        value = either(outer.context.evaluate(row[place], outer) for row in rows if place < len(row))
        columns.append((given[place] if place < len(given) else default(place), value))
    return Result(columns)


def _pivot_statement(node: exp.Expr, outer: Scope) -> Result:
    """DuckDB's PIVOT and UNPIVOT as statements."""
    scope = Scope(outer.context, with_ctes(node, outer), outer.outer)
    read_item(node.this, scope)
    return _limited(node, pivoted(node, scope), scope)


_READERS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[exp.Expr, Scope], Result]], ...] = (
    ((exp.Select,), read_select),
    ((exp.SetOperation,), _set_operation),
    ((exp.Subquery, exp.Paren), _wrapped),
    ((exp.Values,), _values),
    ((exp.Pivot,), _pivot_statement),
    ((exp.Table,), _all_of),
)
