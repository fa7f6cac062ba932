"""The normal form of SQL: what a query means, whatever its names, its order and its formatting."""

from ribbon.sql.normal.asked import Asked
from ribbon.sql.normal.blocks import Block
from ribbon.sql.normal.deeper import Below, decoded, deeper
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.finishing import digest
from ribbon.sql.normal.reading import Blocks, Logic, Output, Reading, SubQuery, logic_of, read_blocks, read_logic
from ribbon.sql.normal.saying import say
from ribbon.sql.normal.sharing import Shared, share_columns, share_groups, share_rows
from ribbon.sql.normal.terms import AGGREGATE, COLUMN, OUTPUT, Term, contains, rebuilt, tidy, walk
from ribbon.sql.normal.writing import Statement, write

__all__ = [
    "AGGREGATE",
    "COLUMN",
    "OUTPUT",
    "Asked",
    "Below",
    "Block",
    "Blocks",
    "Logic",
    "Output",
    "Reading",
    "Shared",
    "Statement",
    "SubQuery",
    "Term",
    "Unreadable",
    "contains",
    "decoded",
    "deeper",
    "digest",
    "logic_of",
    "read_blocks",
    "read_logic",
    "rebuilt",
    "say",
    "share_columns",
    "share_groups",
    "share_rows",
    "tidy",
    "walk",
    "write",
]
