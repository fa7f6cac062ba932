"""The block of a SELECT."""

from collections.abc import Sequence

from sqlglot import exp

from ribbon.sql.canonical.blocks import Block, Source
from ribbon.sql.canonical.from_clause import read_from
from ribbon.sql.canonical.scope import Scope
from ribbon.sql.canonical.terms import (
    AGGREGATE,
    OUTPUT,
    UNMOVABLE,
    WINDOW,
    Term,
    Unreadable,
    contains,
    parts_of,
    rebuilt,
)
from ribbon.sql.stars import expanded

__all__ = ["read_select", "tail_of"]

UNREAD = ("connect", "match", "pivots", "laterals_outer", "sample", "kind", "into")


def read_select(node: exp.Expr, scope: Scope) -> Block:
    """The block of one SELECT; `scope` is empty but for its CTEs. Raises Unreadable where it has no canonical form."""
    unread = next((key for key in UNREAD if node.args.get(key)), None)
    if unread:
        raise Unreadable(f"it has {unread}")
    block = scope.block
    read_from(node, scope)
    scope.windows = {window.name.lower(): window for window in node.args.get("windows") or ()}
    block.outputs = _outputs(node, scope)
    block.conditions += _condition(node, "where", scope) + _condition(node, "prewhere", scope)
    block.keys = _keys(node, scope)
    _having(block, _condition(node, "having", scope))
    block.qualify = _condition(node, "qualify", scope)
    block.tail = tail_of(node, scope)
    return _absorbed(_distinct(node, block, scope))


def tail_of(node: exp.Expr, scope: Scope) -> Term | None:
    """ORDER BY together with LIMIT; without one, an order does not change which rows there are."""
    cut = [(key, scope.evaluate(node.args[key])) for key in ("limit", "offset", "fetch") if node.args.get(key)]
    distinct = node.args.get("distinct")
    on = distinct.args.get("on") if isinstance(distinct, exp.Distinct) else None
    if not cut and on is None:
        return None
    order = node.args.get("order")
    keys = tuple(_ordered(key, scope) for key in order.expressions) if order is not None else ()
    once = () if on is None else tuple(_key(each, scope) for each in _several(on))
    return ("tail", ("once", *once), ("order", *keys), *cut)


def _several(node: exp.Expr) -> Sequence[exp.Expr]:
    return list(node.expressions) if isinstance(node, exp.Tuple) else [node]


def _ordered(node: exp.Expr, scope: Scope) -> Term:
    inner = node.this if isinstance(node, exp.Ordered) else node
    how = tuple(str(bool(node.args.get(key))).lower() for key in ("desc", "nulls_first"))
    return (_key(inner, scope, alias_first=True), *how)


def _condition(node: exp.Expr, key: str, scope: Scope) -> list[Term]:
    clause = node.args.get(key)
    return [] if clause is None else list(parts_of("and", scope.evaluate(clause.this)))


def _outputs(node: exp.Expr, scope: Scope) -> list[tuple[str, Term]]:
    found: list[tuple[str, Term]] = []
    for place, each in enumerate(node.expressions or [exp.Star()]):
        star = expanded(each, scope)
        if star is not None:
            columns, opens = star
            if opens:
                raise Unreadable(f"it takes all columns of {opens[0].label}, which are not known")
            found += ((name.lower(), term) for name, term in columns)
            continue
        if each.find(exp.Columns):
            raise Unreadable("it picks columns by a pattern")
        term = scope.evaluate(each)
        name = (each.alias or each.output_name).lower() or f"_{place}"
        scope.aliases.setdefault(name, term)
        found.append((name, term))
    return found


def _keys(node: exp.Expr, scope: Scope) -> list[Term] | None:
    group = node.args.get("group")
    terms = [term for _, term in scope.block.outputs]
    aggregates = any(contains(term, AGGREGATE) for term in terms) or node.args.get("having") is not None
    if group is None:
        return [] if aggregates else None
    if group.args.get("all"):
        return [term for term in terms if not contains(term, AGGREGATE)]
    if any(group.args.get(key) for key in ("cube", "rollup", "grouping_sets", "totals")):
        return [("sets", scope.evaluate(group))]
    return [_key(each, scope) for each in group.expressions]


def _key(node: exp.Expr, scope: Scope, *, alias_first: bool = False) -> Term:
    """A key of GROUP BY or ORDER BY, which may be the position or the name of an output."""
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        place = int(node.name) - 1
        if place >= len(scope.block.outputs):
            raise Unreadable(f"there is no column {node.name}")
        return scope.block.outputs[place][1]
    if alias_first and isinstance(node, exp.Column) and not node.table:
        named = scope.block.output(node.name.lower())
        if named is not None:
            return named
    return scope.evaluate(node)


def _having(block: Block, conditions: list[Term]) -> None:
    """A condition on keys of groups alone is a condition on rows."""
    for term in conditions:
        of_rows = bool(block.keys) and not contains(term, AGGREGATE, WINDOW)
        (block.conditions if of_rows else block.having).append(term)


def _distinct(node: exp.Expr, block: Block, scope: Scope) -> Block:
    """`select distinct` groups by all of its columns."""
    distinct = node.args.get("distinct")
    if distinct is None or distinct.args.get("on") is not None:
        return block
    terms = [term for _, term in block.outputs]
    later = block.qualify or any(contains(term, WINDOW, *UNMOVABLE) for term in terms)
    if block.keys is None and not later and block.tail is None:
        block.keys = list(terms)
        return block
    if block.keys is not None and not later and set(block.keys) <= set(terms):
        return block
    return _around(block, scope)


def _around(block: Block, scope: Scope) -> Block:
    """A block that groups the rows of another by all their columns."""
    tail, block.tail = block.tail, None
    key = scope.context.new_id()
    outputs: list[tuple[str, Term]] = [(name, (OUTPUT, key, name)) for name in block.names()]
    if tail is not None:
        raise Unreadable("distinct over windows or groups, and a limit")
    return Block({key: Source("", block.names(), block)}, keys=[term for _, term in outputs], outputs=outputs)


def _absorbed(block: Block) -> Block:
    """The nested query and the block around it as one, if the block only picks, computes or filters its columns."""
    inner = _only(block)
    if inner is None or not block.simple or block.joins or not _may_filter(block, inner):
        return block

    def change(term: Term) -> Term | None:
        match term:
            case ("out", str(key), str(name)) if key in block.sources:
                return inner.output(name)
        return None

    conditions = [rebuilt(term, change) for term in block.conditions]
    _filter(inner, conditions)
    inner.outputs = [(name, rebuilt(term, change)) for name, term in block.outputs]
    return inner


def _only(block: Block) -> Block | None:
    sources = list(block.sources.values())
    return sources[0].block if len(sources) == 1 else None


def _may_filter(block: Block, inner: Block) -> bool:
    """Not after a limit, and not where an array was unnested."""
    unmovable = any(contains(term, *UNMOVABLE) for _, term in inner.outputs)
    return not (inner.tail is not None and block.conditions) and not unmovable


def _filter(inner: Block, conditions: list[Term]) -> None:
    windows = any(contains(term, WINDOW) for _, term in inner.outputs)
    for term in conditions:
        if inner.keys is None or inner.combined is not None or windows or inner.qualify:
            inner.qualify.append(term)
        elif inner.keys and not contains(term, AGGREGATE):
            inner.conditions.append(term)
        else:
            inner.having.append(term)
