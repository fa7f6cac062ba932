"""FROM and JOIN: sources and conditions, of which the order of inner joins says nothing."""

from collections.abc import Iterable

from sqlglot import exp

from ribbon.sql.normal.blocks import Block, Join, Source, is_plain
from ribbon.sql.normal.expressions import Unreadable, meaning
from ribbon.sql.normal.scope import Scope, Visible
from ribbon.sql.normal.terms import Term, parts_of

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
    before, shown, filtered = frozenset(block.sources), list(scope.visible), len(block.conditions)
    _source(node.this, scope, nullable=kind not in INNER and kind != "right")
    if node.this.args.get("joins"):
        raise Unreadable("a join in brackets")
    new = frozenset(block.sources) - before
    conditions = _conditions(node, scope, shown, kind)
    if kind in INNER:
        block.conditions += conditions
    elif kind == "right":
        _turn_round(block, before, filtered, conditions)
    else:
        _outer(block, kind, new, before, filtered, conditions)
    if kind in ("semi", "anti"):
        scope.visible = shown


def _kind(node: exp.Expr) -> str:
    method, side, kind = (str(node.args.get(key) or "").lower() for key in ("method", "side", "kind"))
    if method not in ("", "natural"):
        return f"{method} {side}".strip()
    return side or (kind if kind not in ("inner", "cross", "outer") else "")


def _outer(
    block: Block, kind: str, new: frozenset[str], before: frozenset[str], filtered: int, conditions: list[Term]
) -> None:
    """A join that does not need to find a row; how the joined rows were filtered before is told with it."""
    within = block.conditions[filtered:]
    del block.conditions[filtered:]
    beside: frozenset[str] = frozenset()
    if kind == "full":
        beside, within = before, [*within, ("beside", *block.conditions)]
        block.conditions = []
    block.joins.append(Join(kind, new, (*within, *conditions), beside))


def _turn_round(block: Block, before: frozenset[str], filtered: int, conditions: list[Term]) -> None:
    """A right join is a left join seen from the other side."""
    if block.joins:
        raise Unreadable("a right join after other outer joins")
    block.joins.append(Join("left", before, (*block.conditions[:filtered], *conditions)))
    del block.conditions[:filtered]


def _conditions(node: exp.Expr, scope: Scope, shown: list[Visible], kind: str) -> list[Term]:
    on = node.args.get("on")
    if on is not None:
        return list(parts_of("and", meaning(on, scope)))
    names = [each.name.lower() for each in node.args.get("using") or ()]
    if str(node.args.get("method") or "").lower() == "natural":
        names = _common(shown, scope.visible[len(shown) :])
    return [_merge(name, shown, scope, kind) for name in names]


def _common(shown: list[Visible], new: list[Visible]) -> list[str]:
    if any(visible.columns is None for visible in (*shown, *new)):
        raise Unreadable("a natural join of relations whose columns are not known")
    ours = {name for visible in shown for name in visible.columns or ()}
    return [name for visible in new for name in visible.columns or () if name in ours]


def _merge(name: str, shown: list[Visible], scope: Scope, kind: str) -> Term:
    """The condition of a column of USING, which is one column from here on."""
    left = scope.merged.get(name) or _first(name, shown)
    right = _first(name, scope.visible[len(shown) :])
    if left is None or right is None:
        raise Unreadable(f"using ({name}): one side has no such column")
    if kind == "full":
        scope.merged[name] = ("coalesce", left, right)
    else:
        scope.merged[name] = right if kind == "right" else left
    return ("eq", left, right)


def _first(name: str, visible: Iterable[Visible]) -> Term | None:
    return next((found for each in visible if (found := each.get(name)) is not None), None)


def _source(node: exp.Expr, scope: Scope, *, nullable: bool) -> None:
    if node.args.get("pivots"):
        raise Unreadable("a pivot")
    if node.args.get("sample") or isinstance(node, exp.TableSample):
        raise Unreadable("a sample")
    alias = node.alias.lower()
    if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
        _table(node, alias or node.name.lower(), scope, nullable=nullable)
    elif isinstance(node, exp.Subquery) or (isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery)):
        inner = node.this.this if isinstance(node, exp.Lateral) else node.this
        if not isinstance(inner, exp.Query):
            raise Unreadable("a join in brackets")
        outer = scope if isinstance(node, exp.Lateral) else scope.outer
        block = scope.context.read(inner, Scope(scope.context, scope.ctes, outer))
        scope.context.seen.append((alias, inner, block))
        _query(scope.context.fresh(block), alias, _alias_columns(node), scope, nullable=nullable)
    else:
        _function(node, alias, scope)


def _table(node: exp.Table, alias: str, scope: Scope, *, nullable: bool) -> None:
    path = tuple(part.name for part in node.parts)
    name = path[-1].lower()
    if len(path) == 1 and name in scope.ctes:
        block = scope.ctes[name]
        if block is None:
            raise Unreadable(f"{name} reads itself")
        _query(scope.context.fresh(block), alias, _alias_columns(node), scope, nullable=nullable)
        return
    table = scope.context.tables.ephemeral(name) or scope.context.tables.find(path)
    known = table.columns if table is not None else None
    columns = None if known is None else tuple(column.lower() for column in known)
    label = table.key if table is not None else ".".join(path).lower()
    scope.add(alias, Source(label, columns), tuple(part.lower() for part in path))


def _query(block: Block, alias: str, names: tuple[str, ...], scope: Scope, *, nullable: bool) -> None:
    """What a query gives back: its inside where a reader may do all of that in its place, else itself."""
    if names:
        block.outputs = [
            (names[place] if place < len(names) else name, term) for place, (name, term) in enumerate(block.outputs)
        ]
    plain = not block.joins and all(is_plain(term) for _, term in block.outputs)
    if not block.simple or (nullable and not plain) or not block.sources:
        scope.add(alias, Source("", block.names(), block))
        return
    scope.block.sources.update(block.sources)
    scope.block.joins += block.joins
    scope.block.conditions += block.conditions
    scope.show(Visible(alias, "", dict(block.outputs)))


def _alias_columns(node: exp.Expr) -> tuple[str, ...]:
    alias = node.args.get("alias")
    return tuple(each.name.lower() for each in alias.columns) if isinstance(alias, exp.TableAlias) else ()


def _function(node: exp.Expr, alias: str, scope: Scope) -> None:
    """Values, a function that makes a table, an array: it may take columns of the sources before it."""
    columns = _alias_columns(node)
    bare = node.copy()
    bare.set("alias", None)
    scope.add(alias, Source(("made", meaning(bare, scope)), columns or None))
