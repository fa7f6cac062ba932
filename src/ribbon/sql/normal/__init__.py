"""The normal form of SQL: what a query means, whatever its names, its order and its formatting."""

from ribbon.sql.normal.deeper import Below, decoded, deeper
from ribbon.sql.normal.finishing import digest
from ribbon.sql.normal.reading import Logic, Output, Reading, SubQuery, read_logic
from ribbon.sql.normal.saying import say
from ribbon.sql.normal.terms import Term

__all__ = [
    "Below",
    "Logic",
    "Output",
    "Reading",
    "SubQuery",
    "Term",
    "decoded",
    "deeper",
    "digest",
    "read_logic",
    "say",
]
