"""What is known of a value while a query is read: the columns it is made from, how, and its fields by their types."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp
from sqlglot.errors import SqlglotError

__all__ = [
    "AGGREGATED",
    "COMPUTED",
    "CONSTANT",
    "PLAIN",
    "Leaf",
    "Made",
    "Value",
    "either",
    "element_of",
    "made_by",
    "struct_fields",
]

# How much is done to a column on its way; whether a plain one is renamed shows at the end, when its last name is known.
CONSTANT, PLAIN, COMPUTED, AGGREGATED = -1, 0, 1, 2

# A relation's key and the name of one of its columns.
Leaf = tuple[str, str]
# How much is done to it, and by which expressions, from the outermost inwards.
Made = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Value:
    """A column or expression.

    level: the most that is done to any part of it. text: the outermost SQL that makes it, empty for a plain column.
    fields: of a struct whose parts are known. element: of an array whose elements' parts are known. data_type: as the
    schema writes it. troubles: why some of its origins could not be found.
    """

    origins: Mapping[Leaf, Made] = field(default_factory=dict)
    level: int = CONSTANT
    text: str = ""
    fields: "Mapping[str, Value] | None" = None
    element: "Value | None" = None
    data_type: str | None = None
    troubles: tuple[str, ...] = ()


def made_by(
    text: str,
    parts: Iterable[tuple[Value, int]],
    level: int = CONSTANT,
    *,
    fields: Mapping[str, Value] | None = None,
    element: Value | None = None,
) -> Value:
    """The value that the expression `text` makes of its parts, each with what is done to it.

    level: what the expression does without any column, as `count(*)` does.
    """
    origins: dict[Leaf, Made] = {}
    troubles: list[str] = []
    for part, done in parts:
        level = max(level, part.level, done if part.origins else CONSTANT)
        troubles += (trouble for trouble in part.troubles if trouble not in troubles)
        for leaf, (weight, inner) in part.origins.items():
            _add(origins, leaf, (max(weight, done), _outwards(text, inner)))
    return Value(origins, level, text, fields, element, None, tuple(troubles))


def either(values: Iterable[Value]) -> Value:
    """A value that is one of several, as the columns of a union are."""
    several = list(values)
    origins: dict[Leaf, Made] = {}
    for value in several:
        for leaf, made in value.origins.items():
            _add(origins, leaf, made)
    return Value(
        origins,
        max((value.level for value in several), default=CONSTANT),
        next((value.text for value in several if value.text), ""),
        _fields_of_either(several),
        None,
        next((value.data_type for value in several if value.data_type), None),
        tuple(dict.fromkeys(trouble for value in several for trouble in value.troubles)),
    )


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


def _fields_of_either(values: list[Value]) -> dict[str, Value] | None:
    known = [value.fields for value in values if value.fields is not None]
    if len(known) != len(values) or not known or any(len(fields) != len(known[0]) for fields in known):
        return None
    by_place = [list(fields.values()) for fields in known]
    return {name: either(each[place] for each in by_place) for place, name in enumerate(known[0])}


def _add(origins: dict[Leaf, Made], leaf: Leaf, made: Made) -> None:
    """A column that arrives by two ways: the heavier of them counts, and the expressions of both."""
    before = origins.get(leaf)
    if before is None:
        origins[leaf] = made
    elif before != made:
        texts = before[1] if before[1] == made[1] else tuple(dict.fromkeys(before[1] + made[1]))
        origins[leaf] = (max(before[0], made[0]), texts)


def _outwards(text: str, inner: tuple[str, ...]) -> tuple[str, ...]:
    return inner if not text or (inner and inner[0] == text) else (text, *inner)
