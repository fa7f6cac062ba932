"""Structs and arrays, as the schema writes their types."""

from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

from ribbon.sql.lineage.values import COMPUTED, Value, made_by

__all__ = ["element_of", "struct_fields"]


def struct_fields(value: Value, dialect: str) -> dict[str, Value] | None:
    """The parts of a column whose type is a struct; None where it is none, or its type is not known."""
    kind = _parsed(value.data_type, dialect)
    if kind is None or not kind.is_type(exp.DType.STRUCT, exp.DType.OBJECT):
        return None
    return {part.name: _typed(value, part.args.get("kind"), part.name, dialect) for part in kind.expressions}


def element_of(value: Value, dialect: str) -> Value | None:
    """One element of a column whose type is an array; None where that is not known."""
    if value.element is not None:
        return value.element
    kind = _parsed(value.data_type, dialect)
    if kind is None or not kind.is_type(exp.DType.ARRAY, exp.DType.LIST) or not kind.expressions:
        return None
    return _typed(value, kind.expressions[0], "", dialect)


def _typed(value: Value, kind: exp.Expr | None, name: str, dialect: str) -> Value:
    part = made_by(f"{value.text}.{name}".strip("."), ((value, COMPUTED),)) if name else value
    data_type = kind.sql(dialect=dialect) if kind is not None else None
    typed = Value(part.origins, part.level, part.text, data_type=data_type, troubles=part.troubles)
    fields = struct_fields(typed, dialect)
    folded = None if fields is None else {key.lower(): field for key, field in fields.items()}
    return Value(part.origins, part.level, part.text, folded, None, data_type, part.troubles)


@lru_cache(maxsize=4096)
def _parsed(data_type: str | None, dialect: str) -> exp.DataType | None:
    if not data_type:
        return None
    try:
        return exp.DataType.build(data_type, dialect=dialect)
    except (SqlglotError, ValueError):
        return None
