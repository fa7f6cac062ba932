"""Types of databases as the logical types of the Open Data Contract Standard."""

import re

__all__ = ["NUMBERS", "logical_type"]

NUMBERS = frozenset({"integer", "number"})

# By how a type begins, in lower case; the first that fits is taken.
_KINDS = (
    (r".*\[\d*\]$|array|list", "array"),
    (r"map\b", "map"),
    (r"struct|row\b|record|json|variant|object|union", "object"),
    (r"timestamp|datetime", "timestamp"),
    (r"date", "date"),
    (r"time", "time"),
    (r"bool", "boolean"),
    (r"u?(big|small|tiny|huge|medium|byte)?int(eger|\d+)?\b|int64|(big|small)?serial|hugeint", "integer"),
    (r"(big)?(decimal|numeric)\([^,]*,\s*0\)|(big)?(decimal|numeric)\(\d+\)", "integer"),
    (r"(big)?(decimal|numeric)|number|double|float|real|money", "number"),
    (r"text|.*char|string|uuid|enum|clob|name\b", "string"),
)


def logical_type(data_type: str | None) -> str | None:
    """One of string, date, timestamp, time, number, integer, object, array, boolean, map; None for any other type."""
    name = (data_type or "").strip().lower()
    return next((kind for begins, kind in _KINDS if name and re.match(begins, name)), None)
