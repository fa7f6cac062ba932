"""FROM and JOIN: which sources a SELECT reads, under which names."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlglot import exp

from ribbon.model import Role
from ribbon.sql.lineage.inner_names import numbered, renamed
from ribbon.sql.lineage.pivots import pivoted
from ribbon.sql.lineage.relations import Readable, Result, Source, TableRows
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.stars import columns_of
from ribbon.sql.lineage.table_functions import array_of, is_function, table_path, unfolded
from ribbon.sql.lineage.tables import Table
from ribbon.sql.lineage.values import COMPUTED, Value, made_by

__all__ = ["depend_on", "read_from", "read_item"]

# Columns that engines have without anyone declaring them.
PSEUDO = {"rowid", "filename", "file_row_number", "file_index", "ctid", "xmin", "xmax", "tableoid", "oid", "$path"}
PSEUDO_PREFIXES = (
    "metadata$",
    "$",
    "_table_",
    "_partition",
    "_file_name",
    "_change_",
    "_metadata",
    "_part",
    "_sample_",
)


def read_from(node: exp.Expr, scope: Scope) -> None:
    """Put all sources of a SELECT into its scope, and note what its joins depend on."""
    clause = node.args.get("from_")
    if clause is not None:
        read_item(clause.this, scope)
    for lateral in node.args.get("laterals") or ():
        read_item(lateral, scope)
    for join in node.args.get("joins") or ():
        _join(join, scope)


def depend_on(condition: exp.Expr, role: Role, scope: Scope) -> None:
    """Note what a condition depends on, each of its parts with its own words."""
    ahead = [condition]
    while ahead:
        part = ahead.pop()
        if isinstance(part, exp.And):
            ahead += (part.right, part.left)
        elif isinstance(part, exp.Paren) and isinstance(part.this, exp.And):
            ahead.append(part.this)
        else:
            for _ in columns_of(part, scope):
                scope.depend(scope.context.evaluate(part, scope), role, scope.context.sql(part))


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


def _source(node: exp.Expr, scope: Scope) -> Source:
    alias = node.args.get("alias")
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    array = array_of(node, scope)
    if array is not None or is_function(node):
        return unfolded(node if array is None else array, alias, names, scope)
    rows, path = _rows(node, scope)
    called = node.alias if alias is not None else ""
    listed: Readable = renamed(Result(list(rows.listed()), rows.opens), names) if names else rows
    return Source((called.lower(),) if called else path, listed)


def _rows(node: exp.Expr, scope: Scope) -> tuple[Readable, tuple[str, ...]]:
    """What an item of a FROM gives back, and the name it has by itself."""
    if isinstance(node, exp.Table):
        return _table(node, scope)
    query = node.this if isinstance(node, exp.Lateral | exp.Subquery) else node
    scope.crossed.clear()
    result = scope.context.query(query, scope)
    scope.absorb(_correlated(result, scope) if scope.crossed else result)
    return numbered(result, scope.context.dialect), ()


def _correlated(result: Result, scope: Scope) -> Result:
    """What a lateral query takes from the sources before it joins them."""
    turned = {
        (leaf, Role.JOINED if leaf in scope.crossed and role is Role.FILTERED else role, text): None
        for leaf, role, text in result.rows
    }
    return replace(result, rows=turned)


def _table(node: exp.Expr, scope: Scope) -> tuple[Readable, tuple[str, ...]]:
    path = table_path(node)
    folded = tuple(part.lower() for part in path)
    context = scope.context
    table = context.tables.ephemeral(path[0]) if len(path) == 1 else None
    if table is None and len(path) == 1 and folded[0] in scope.ctes:
        result = scope.ctes[folded[0]].result()
        scope.absorb(result)
        return result, folded
    table = table or context.tables.find(path) or Table(".".join(path), path)
    return TableRows(table, context.asked, _pseudo), folded


def _pseudo(name: str) -> bool:
    return name.lower() in PSEUDO or name.lower().startswith(PSEUDO_PREFIXES)


def _pivot(pivot: exp.Expr, scope: Scope) -> None:
    """Replace the last source by its pivot."""
    before = scope.sources.pop()
    inside = Scope(scope.context, scope.ctes, scope.outer, [before])
    result = pivoted(pivot, inside)
    scope.absorb(result)
    alias = pivot.args.get("alias")
    if alias is not None and alias.columns:
        result = renamed(result, [column.name for column in alias.columns])
    scope.sources.append(Source((pivot.alias.lower(),) if pivot.alias else before.path, result))


def _join(node: exp.Expr, scope: Scope) -> None:
    before = list(scope.sources)
    if (node.args.get("kind") or "").upper() == "ARRAY":
        _array_join(node, scope)
        return
    read_item(node.this, scope)
    added = scope.sources[len(before) :]
    halves = {word.upper() for key in ("side", "kind") if (word := node.args.get(key))}
    kept_only = bool(halves & {"SEMI", "ANTI"})
    role = Role.FILTERED if kept_only else Role.JOINED
    using = [name.name for name in node.args.get("using") or ()]
    if (node.args.get("method") or "").upper() == "NATURAL":
        using = _common(before, added)
    for name in using:
        _merge(name, before, added, role, halves, scope)
    if node.args.get("on") is not None:
        depend_on(node.args["on"], role, scope)
    if node.args.get("match_condition") is not None:
        depend_on(node.args["match_condition"], role, scope)
    if kept_only:
        scope.sources = before


def _array_join(node: exp.Expr, scope: Scope) -> None:
    """ClickHouse's ARRAY JOIN: an array's name means its elements from here on."""
    for each in [node.this, *node.expressions]:
        text = scope.context.sql(node).strip()
        value = scope.context.evaluate(each, scope)
        scope.depend(value, Role.JOINED, text)
        scope.merged[each.alias_or_name.lower()] = made_by(text, ((value, COMPUTED),))


def _common(before: Sequence[Source], added: Sequence[Source]) -> list[str]:
    """The columns that a natural join is on."""
    theirs = {name.lower() for source in added for name, _ in source.rows.listed()}
    ours = [name for source in before for name, _ in source.rows.listed() if name.lower() not in source.hidden]
    return [name for name in dict.fromkeys(ours) if name.lower() in theirs]


def _merge(
    name: str, before: Sequence[Source], added: Sequence[Source], role: Role, halves: set[str], scope: Scope
) -> None:
    """One column of USING: both sides decide the rows, and what the name means depends on the side that is kept."""
    folded = name.lower()
    left = scope.merged.get(folded) or scope.lookup(name, before) or _missing(name)
    right = scope.lookup(name, added) or _missing(name)
    for value in (left, right):
        scope.depend(value, role, f"using ({name})")
    if halves & {"SEMI", "ANTI"}:
        return
    if "FULL" in halves:
        both = ", ".join(".".join([*source.path, name]) for source in _having(name, before, added))
        scope.merged[folded] = made_by(f"COALESCE({both})", ((left, COMPUTED), (right, COMPUTED)))
    else:
        scope.merged[folded] = right if "RIGHT" in halves else left
    for source in added:
        source.hidden.add(folded)


def _having(name: str, *sides: Sequence[Source]) -> Iterator[Source]:
    """The first source of each side that has the column."""
    for side in sides:
        yield from islice((source for source in side if source.rows.get(name) is not None), 1)


def _missing(name: str) -> Value:
    return Value(troubles=(f"no relation here has the joined column {name}",))
