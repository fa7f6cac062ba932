"""Whether a column can take a new type without anybody who reads it noticing."""

import re
from typing import NamedTuple

__all__ = ["same_type", "takes_all"]

# Each type takes all values of those before it in its row. 32 bits of a float hold 24 of a number, 64 bits 53.
ROWS = (
    ("tinyint", "smallint", "integer", "bigint", "hugeint"),
    ("utinyint", "usmallint", "uinteger", "ubigint", "uhugeint"),
    ("utinyint", "smallint", "uinteger", "bigint"),
    ("tinyint", "smallint", "float", "double"),
    ("integer", "double"),
)
ALIASES = {
    "int": "integer",
    "int1": "tinyint",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "short": "smallint",
    "float4": "float",
    "real": "float",
    "float8": "double",
    "float64": "double",
    "double precision": "double",
    "numeric": "decimal",
    "string": "varchar",
    "text": "varchar",
    "char": "varchar",
    "bpchar": "varchar",
    "bool": "boolean",
    "timestamptz": "timestamp with time zone",
    "datetime": "timestamp",
}
DECIMAL = (18, 3)  # what DuckDB takes where nothing is said
TYPE = re.compile(r"^([a-z_0-9 ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?$")


class Type(NamedTuple):
    """A type by its first name. precision, scale: of decimals, 0 for others."""

    name: str
    precision: int = 0
    scale: int = 0


def same_type(one: str, other: str) -> bool:
    """Whether two names mean the same type. Lengths of texts are no limit in DuckDB, and make no difference here."""
    return _parsed(one) == _parsed(other)


def takes_all(before: str, after: str) -> bool:
    """Whether every value of the first type is one of the second, as far as is known of these types."""
    old, new = _parsed(before), _parsed(after)
    if old.name == new.name:
        return new.scale >= old.scale and new.precision - new.scale >= old.precision - old.scale
    return any(old.name in row and new.name in row and row.index(old.name) < row.index(new.name) for row in ROWS)


def _parsed(text: str) -> Type:
    found = TYPE.match(" ".join(text.casefold().split()))
    if not found:
        return Type(text.casefold())
    name = ALIASES.get(found[1], found[1])
    if name != "decimal":
        return Type(name)
    return Type(name, int(found[2]), int(found[3] or 0)) if found[2] else Type(name, *DECIMAL)
