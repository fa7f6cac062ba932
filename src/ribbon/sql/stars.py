"""Stars in a select list: `*`, `t.*`, `struct.*`, `* like 'net_%'`, and the columns that COLUMNS(…) stands for."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import TypeVar

from sqlglot import exp

from ribbon.sql.dialects import KEYS_IN_PLACE
from ribbon.sql.resolve import Column, Open, Resolver, name_parts

__all__ = ["all_columns", "expanded", "matched"]

V = TypeVar("V")
Listed = tuple[list[Column[V]], list[Open[V]]]


def expanded(node: exp.Expr, scope: Resolver[V]) -> Listed[V] | None:
    """The columns of a star in a select list; None where the node is not a star."""
    if isinstance(node, exp.Star):
        return _adjusted(node, all_columns(scope), scope)
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return _adjusted(node.this, _qualified(node, scope), scope)
    if isinstance(node, exp.Binary) and isinstance(node.this, exp.Star):
        columns, opens = _adjusted(node.this, all_columns(scope), scope)
        return [(name, value) for name, value in columns if _holds(node, name)], opens
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        return _adjusted(node.expression, _of_struct(scope.evaluate(node.this), node, scope), scope)
    return None


def all_columns(scope: Resolver[V]) -> Listed[V]:
    """`*`: the columns of every source. A column merged by USING appears once, first or, in some dialects, in place."""
    columns: list[Column[V]] = []
    opens: list[Open[V]] = []
    for source in scope.sources:
        for name, value in source.columns.listed():
            if name.lower() not in source.hidden:
                columns.append((name, scope.merged.get(name.lower(), value)))
        opens += (open_.lacking(source.hidden) for open_ in source.columns.opens)
    if scope.merged and scope.dialect not in KEYS_IN_PLACE:
        keys = list(scope.merged)
        columns.sort(key=lambda column: keys.index(key) if (key := column[0].lower()) in keys else len(keys))
    return columns, opens


def matched(node: exp.Expr, scope: Resolver[V]) -> Iterator[Column[V]]:
    """The columns that DuckDB's COLUMNS(…) stands for: all, those of a list, or those whose names match a pattern."""
    which = node.this
    columns, _ = _adjusted(which, all_columns(scope), scope) if isinstance(which, exp.Star) else all_columns(scope)
    try:
        is_picked = _picks(which)
        yield from [(name, value) for name, value in columns if is_picked(name)]
    except ValueError:
        text = scope.text(node)
        yield text, scope.unresolved(f"{text} picks columns by an expression")


def _picks(which: exp.Expr) -> Callable[[str], bool]:
    """Whether COLUMNS of a list, a pattern, a lambda or a star stands for a column of a name."""
    if isinstance(which, exp.Array):
        wanted = {each.name.lower() for each in which.expressions}
        return lambda name: name.lower() in wanted
    if isinstance(which, exp.Literal):
        return lambda name: bool(re.search(which.name, name))
    if isinstance(which, exp.Lambda):
        return lambda name: _holds(which.this, name)
    if isinstance(which, exp.Star):
        return lambda _: True
    raise ValueError("COLUMNS of something else")


def _qualified(node: exp.Expr, scope: Resolver[V]) -> Listed[V]:
    parts = name_parts(node)[:-1]
    source = scope.source(tuple(part.lower() for part in parts))
    if source is None or (source.whole is not None and scope.struct(source.whole)):
        value = scope.column(parts)
        return _of_struct(scope.unresolved(scope.unknown(parts)) if value is None else value, node, scope)
    return list(source.columns.listed()), list(source.columns.opens)


def _of_struct(value: V, node: exp.Expr, scope: Resolver[V]) -> Listed[V]:
    """The fields of a struct: as it was put together, or as its type is written."""
    fields = scope.struct(value)
    if fields is not None:
        return list(fields.items()), []
    text = scope.text(node)
    return [], [Open(text, lambda _: scope.unresolved(f"{text}: the fields of the struct are not known"))]


def _adjusted(star: exp.Expr, listed: Listed[V], scope: Resolver[V]) -> Listed[V]:
    """Apply EXCLUDE, REPLACE and RENAME, in any order."""
    columns, opens = listed
    without = {name.name.lower() for name in _of(star, "except_")}
    replaced = {each.alias.lower(): each for each in _of(star, "replace")}
    renamed = {each.this.name.lower(): each.alias for each in _of(star, "rename")}
    kept = [(name, value) for name, value in columns if name.lower() not in without]
    found = {name.lower() for name, _ in kept}
    kept = [
        (name, scope.evaluate(replaced[key]) if (key := name.lower()) in replaced else value) for name, value in kept
    ]
    if opens:
        kept += ((each.alias, scope.evaluate(each)) for key, each in replaced.items() if key not in found)
        kept += (
            (new, scope.evaluate(exp.column(exp.to_identifier(old))))
            for old, new in renamed.items()
            if old not in found
        )
    gone = {*without, *replaced, *renamed}
    return (
        [(renamed.get(name.lower(), name), value) for name, value in kept],
        [open_.lacking(gone) for open_ in opens] if gone else opens,
    )


def _of(star: exp.Expr, key: str) -> Sequence[exp.Expr]:
    found = star.args.get(key) or ()
    return found if isinstance(found, list | tuple) else (found,)


def _holds(condition: exp.Expr, name: str) -> bool:
    """Whether a condition on column names, written with a star or a lambda, holds for `name`.

    Raises ValueError for a condition that is not supported.
    """
    if isinstance(condition, exp.Paren):
        return _holds(condition.this, name)
    if isinstance(condition, exp.Not):
        return not _holds(condition.this, name)
    if isinstance(condition, exp.And | exp.Or):
        both = (_holds(condition.left, name), _holds(condition.right, name))
        return all(both) if isinstance(condition, exp.And) else any(both)
    return _compares(condition, name) != bool(condition.args.get("negate"))


def _compares(condition: exp.Expr, name: str) -> bool:
    if isinstance(condition, exp.In):
        return name in [_pattern(value) for value in condition.expressions]
    text = _pattern(condition.expression)
    if isinstance(condition, exp.EQ | exp.NEQ):
        return (name == text) == isinstance(condition, exp.EQ)
    if isinstance(condition, exp.Glob):
        return fnmatchcase(name, text)
    if isinstance(condition, exp.StartsWith):
        return name.startswith(text)
    if isinstance(condition, exp.RegexpLike | exp.SimilarTo):
        return bool((re.search if isinstance(condition, exp.RegexpLike) else re.fullmatch)(text, name))
    if isinstance(condition, exp.Like | exp.ILike):
        flags = re.DOTALL | (re.IGNORECASE if isinstance(condition, exp.ILike) else 0)
        wildcards = {"%": ".*", "_": "."}
        return bool(re.fullmatch("".join(wildcards.get(each, re.escape(each)) for each in text), name, flags))
    raise ValueError(f"{type(condition).__name__} of a column's name")


def _pattern(value: exp.Expr | None) -> str:
    if not isinstance(value, exp.Literal):
        raise ValueError("a name is compared with something other than text")
    return str(value.this)
