"""FROM and JOIN as sources and conditions; the order of inner joins does not matter."""

from collections.abc import Sequence

from sqlglot import exp

from ribbon.sql.canonical.blocks import Block, Join, Source
from ribbon.sql.canonical.scope import Scope
from ribbon.sql.canonical.terms import Term, Unreadable, is_plain, parts_of
from ribbon.sql.resolve import ColumnList, FromItem, alias_columns, numbered, renamed

__all__ = ["read_from"]

INNER = frozenset({"", "inner", "cross"})


def read_from(node: exp.Expr, scope: Scope) -> None:
    """Put what a SELECT reads into the scope and its block."""
    clause = node.args.get("from_")
    joins = list(node.args.get("joins") or ())
    if clause is not None:
        _source(clause.this, scope, nullable=False)
        joins = [*(clause.this.args.get("joins") or ()), *joins]
    for join in joins:
        _join(join, scope)
    for lateral in node.args.get("laterals") or ():
        _source(lateral, scope, nullable=False)


def _join(node: exp.Expr, scope: Scope) -> None:
    kind, block = _kind(node), scope.block
    before, known, filtered = frozenset(block.sources), list(scope.sources), len(block.conditions)
    _source(node.this, scope, nullable=kind not in INNER and kind != "right")
    if node.this.args.get("joins"):
        raise Unreadable("a join in brackets")
    new = frozenset(block.sources) - before
    conditions = _conditions(node, scope, known, kind)
    if kind in INNER:
        block.conditions += conditions
    elif kind == "right":
        _right(block, before, filtered, conditions)
    else:
        _outer(block, kind, new, before, filtered, conditions)
    if kind in ("semi", "anti"):
        scope.sources = known


def _kind(node: exp.Expr) -> str:
    method, side, kind = (str(node.args.get(key) or "").lower() for key in ("method", "side", "kind"))
    if method not in ("", "natural"):
        return f"{method} {side}".strip()
    return side or (kind if kind not in ("inner", "cross", "outer") else "")


def _outer(
    block: Block, kind: str, new: frozenset[str], before: frozenset[str], filtered: int, conditions: list[Term]
) -> None:
    """A join that keeps rows without a match; how the joined rows were filtered before is part of it."""
    within = block.conditions[filtered:]
    del block.conditions[filtered:]
    beside: frozenset[str] = frozenset()
    if kind == "full":
        beside, within = before, [*within, ("beside", *block.conditions)]
        block.conditions = []
    block.joins.append(Join(kind, new, (*within, *conditions), beside))


def _right(block: Block, before: frozenset[str], filtered: int, conditions: list[Term]) -> None:
    """A right join is a left join with its sides exchanged."""
    if block.joins:
        raise Unreadable("a right join after other outer joins")
    block.joins.append(Join("left", before, (*block.conditions[:filtered], *conditions)))
    del block.conditions[:filtered]


def _conditions(node: exp.Expr, scope: Scope, before: Sequence[FromItem[Term]], kind: str) -> list[Term]:
    if node.args.get("on") is not None:
        return list(parts_of("and", scope.evaluate(node.args["on"])))
    names = [each.name for each in node.args.get("using") or ()]
    added = scope.sources[len(before) :]
    if str(node.args.get("method") or "").lower() == "natural":
        if any(source.columns.opens for source in scope.sources):
            raise Unreadable("a natural join of relations whose columns are not known")
        names = scope.common(before, added)
    return [("eq", *scope.merge(name, before, added, kind)) for name in names]


def _source(node: exp.Expr, scope: Scope, *, nullable: bool) -> None:
    if node.args.get("pivots"):
        raise Unreadable("a pivot")
    if node.args.get("sample") or isinstance(node, exp.TableSample):
        raise Unreadable("a sample")
    path: tuple[str, ...] = (node.alias.lower(),) if node.alias else ()
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        _table(node, path, scope, nullable=nullable)
    elif isinstance(node, exp.Subquery) or (isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery)):
        inner = node.this.this if isinstance(node, exp.Lateral) else node.this
        if not isinstance(inner, exp.Query):
            raise Unreadable("a join in brackets")
        outer = scope if isinstance(node, exp.Lateral) else scope.outer
        block = scope.context.read(inner, Scope(scope.context, scope.ctes, outer=outer))
        scope.context.seen.append((node.alias.lower(), inner, block))
        _query(block, node, path, scope, nullable=nullable)
    else:
        _function(node, path, scope)


def _table(node: exp.Table, alias: tuple[str, ...], scope: Scope, *, nullable: bool) -> None:
    path = tuple(part.name.lower() for part in node.parts)
    if len(path) == 1 and path[0] in scope.ctes:
        block = scope.ctes[path[0]]
        if block is None:
            raise Unreadable(f"{path[0]} reads itself")
        _query(block, node, alias or path, scope, nullable=nullable)
        return
    table = scope.context.tables.find(path)
    known = table.columns if table is not None else None
    columns = None if known is None else tuple(column.lower() for column in known)
    scope.add(alias or path, Source(table.key if table is not None else ".".join(path), columns))


def _query(block: Block, node: exp.Expr, path: tuple[str, ...], scope: Scope, *, nullable: bool) -> None:
    """Add a nested query: merged into the block where that is the same, else as a source of its own."""
    block = scope.context.fresh(block)
    names = [name.lower() for name in alias_columns(node)]
    block.outputs = numbered(renamed(block.outputs, names), scope.dialect)
    plain = not block.joins and all(is_plain(term) for _, term in block.outputs)
    if not block.simple or (nullable and not plain) or not block.sources:
        scope.add(path, Source("", block.names(), block))
        return
    scope.block.sources.update(block.sources)
    scope.block.joins += block.joins
    scope.block.conditions += block.conditions
    scope.sources.append(FromItem(path, ColumnList(block.outputs)))


def _function(node: exp.Expr, path: tuple[str, ...], scope: Scope) -> None:
    """Values, a function that makes a table, an array: it may take columns of the sources before it."""
    bare = node.copy()
    bare.set("alias", None)
    columns = tuple(name.lower() for name in alias_columns(node))
    scope.add(path, Source(("made", scope.evaluate(bare)), columns or None))
