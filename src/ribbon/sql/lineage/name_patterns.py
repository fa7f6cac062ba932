"""Conditions on the names of columns: `* like 'net_%'`, COLUMNS('net_.*'), COLUMNS(c -> c like 'net_%')."""

import re
from fnmatch import fnmatchcase

from sqlglot import exp

__all__ = ["holds"]


def holds(condition: exp.Expr, name: str) -> bool:
    """Whether a condition that speaks of a name, as a star or as the parameter of a lambda, holds of `name`.

    Raises ValueError for a condition of a kind that is not known here.
    """
    if isinstance(condition, exp.Paren):
        return holds(condition.this, name)
    if isinstance(condition, exp.Not):
        return not holds(condition.this, name)
    if isinstance(condition, exp.And | exp.Or):
        both = (holds(condition.left, name), holds(condition.right, name))
        return all(both) if isinstance(condition, exp.And) else any(both)
    return _compares(condition, name) != bool(condition.args.get("negate"))


def _compares(condition: exp.Expr, name: str) -> bool:
    if isinstance(condition, exp.In):
        return name in [_text(value) for value in condition.expressions]
    text = _text(condition.expression)
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
        return bool(re.fullmatch(_of_like(text), name, flags))
    raise ValueError(f"{type(condition).__name__} of a column's name")


def _of_like(pattern: str) -> str:
    return "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)


def _text(value: exp.Expr | None) -> str:
    if not isinstance(value, exp.Literal):
        raise ValueError("a name is compared with something that is no text")
    return str(value.this)
