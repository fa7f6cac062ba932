"""The normal form of SQL: what a query means, whatever its names, its order and its formatting."""

from ribbon.sql.normal.deeper import Below, decoded, deeper
from ribbon.sql.normal.finishing import digest
from ribbon.sql.normal.reading import Logic, Output, Reading, SubQuery, read_logic
from ribbon.sql.normal.saying import say
from ribbon.sql.normal.terms import AGGREGATE, COLUMN, OUTPUT, Term, contains, rebuilt, tidy, walk

__all__ = [
    "AGGREGATE",
    "COLUMN",
    "OUTPUT",
    "Below",
    "Logic",
    "Output",
    "Reading",
    "SubQuery",
    "Term",
    "contains",
    "decoded",
    "deeper",
    "digest",
    "read_logic",
    "rebuilt",
    "say",
    "tidy",
    "walk",
]
