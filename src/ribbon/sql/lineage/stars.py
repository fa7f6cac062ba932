"""Stars in a select list: `*`, `t.*`, `struct.*`, COLUMNS(…)."""

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from ribbon.sql.lineage.expressions import evaluate, name_parts
from ribbon.sql.lineage.name_patterns import holds
from ribbon.sql.lineage.relations import Open
from ribbon.sql.lineage.scope import Scope
from ribbon.sql.lineage.types import struct_fields
from ribbon.sql.lineage.values import Value

__all__ = ["all_columns", "columns_of", "expanded", "matched"]

# Dialects that leave the key of USING where the first source has it; the standard puts keys in front.
KEYS_IN_PLACE = frozenset({"duckdb", "clickhouse"})

Listed = tuple[list[tuple[str, Value]], list[Open]]


def expanded(node: exp.Expr, scope: Scope) -> Listed | None:
    """What a star in a select list stands for; None where the node is no star."""
    if isinstance(node, exp.Star):
        return _adjusted(node, all_columns(scope), scope)
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return _adjusted(node.this, _qualified(node, scope), scope)
    if isinstance(node, exp.Binary) and isinstance(node.this, exp.Star):
        return _named(node, scope)
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        return _adjusted(node.expression, _of_struct(evaluate(node.this, scope), scope, node), scope)
    return None


def all_columns(scope: Scope) -> Listed:
    """`*`: the columns of every source; one that USING merged is there once, in front or, where so said, in place."""
    columns: list[tuple[str, Value]] = []
    opens: list[Open] = []
    for source in scope.sources:
        for name, value in source.rows.listed():
            if name.lower() not in source.hidden:
                columns.append((name, scope.merged.get(name.lower(), value)))
        opens += (open_.lacking(source.hidden) for open_ in source.rows.opens)
    if scope.merged and scope.context.dialect not in KEYS_IN_PLACE:
        keys = list(scope.merged)
        columns.sort(key=lambda column: keys.index(key) if (key := column[0].lower()) in keys else len(keys))
    return columns, opens


def columns_of(node: exp.Expr, scope: Scope) -> Iterator[str]:
    """Once for each column that a COLUMNS(…) in the expression stands for, which it means meanwhile; else just once."""
    picked = node.find(exp.Columns) if scope.context.picks else None
    if picked is None:
        yield ""
        return
    for name, value in list(matched(picked, scope)):
        scope.star = value
        yield name
    scope.star = None


def _named(node: exp.Expr, scope: Scope) -> Listed:
    """DuckDB's `* like 'net_%'`."""
    columns, opens = _adjusted(node.this, all_columns(scope), scope)
    return [(name, value) for name, value in columns if holds(node, name)], opens


def matched(node: exp.Expr, scope: Scope) -> Iterator[tuple[str, Value]]:
    """The columns that DuckDB's COLUMNS(…) stands for: all, those of a list, or those whose names match a pattern."""
    which = node.this
    columns, _ = _adjusted(which, all_columns(scope), scope) if isinstance(which, exp.Star) else all_columns(scope)
    try:
        yield from _matching(which, columns)
    except ValueError:
        text = scope.context.sql(node)
        yield text, Value(troubles=(f"{text} picks columns by an expression",))


def _matching(which: exp.Expr, columns: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    if isinstance(which, exp.Array):
        wanted = {name.name.lower() for name in which.expressions}
        return [(name, value) for name, value in columns if name.lower() in wanted]
    if isinstance(which, exp.Literal):
        return [(name, value) for name, value in columns if re.search(which.name, name)]
    if isinstance(which, exp.Lambda):
        return [(name, value) for name, value in columns if holds(which.this, name)]
    if isinstance(which, exp.Star):
        return columns
    raise ValueError("COLUMNS of something else")


def _qualified(node: exp.Expr, scope: Scope) -> Listed:
    parts = name_parts(node)[:-1]
    source = scope.source(tuple(part.lower() for part in parts))
    if source is None or (source.whole is not None and source.whole.fields):
        return _of_struct(scope.resolve(parts), scope, node)
    return list(source.rows.listed()), list(source.rows.opens)


def _of_struct(value: Value, scope: Scope, node: exp.Expr) -> Listed:
    """The parts of a struct: as it was put together, or as its type is written."""
    fields = value.fields or struct_fields(value, scope.context.dialect)
    if fields is not None:
        return list(fields.items()), []
    trouble = f"{scope.context.sql(node)}: the fields of the struct are not known"
    unknown = Value(troubles=(*value.troubles, trouble))
    return [], [Open(scope.context.sql(node), lambda _: unknown)]


def _adjusted(star: exp.Expr, listed: Listed, scope: Scope) -> Listed:
    """EXCLUDE, REPLACE and RENAME, in whatever order they are written."""
    columns, opens = listed
    without = {name.name.lower() for name in _of(star, "except_")}
    replaced = {each.alias.lower(): each for each in _of(star, "replace")}
    renamed = {each.this.name.lower(): each.alias for each in _of(star, "rename")}
    kept = [(name, value) for name, value in columns if name.lower() not in without]
    found = {name.lower() for name, _ in kept}
    kept = [
        (name, evaluate(replaced[key], scope) if (key := name.lower()) in replaced else value) for name, value in kept
    ]
    if opens:
        kept += ((each.alias, evaluate(each, scope)) for key, each in replaced.items() if key not in found)
        kept += ((new, scope.resolve([old])) for old, new in renamed.items() if old not in found)
    gone = {*without, *replaced, *renamed}
    return (
        [(renamed.get(name.lower(), name), value) for name, value in kept],
        [open_.lacking(gone) for open_ in opens] if gone else opens,
    )


def _of(star: exp.Expr, key: str) -> Sequence[exp.Expr]:
    found = star.args.get(key) or ()
    return found if isinstance(found, list | tuple) else (found,)
