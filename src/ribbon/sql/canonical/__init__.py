"""The canonical form of SQL: what a query means, whatever its names, its order and its formatting."""

from ribbon.sql.canonical.blocks import Block, ExpressionQueries
from ribbon.sql.canonical.form import digest
from ribbon.sql.canonical.logic import Blocks, Logic, Output, Reading, SubQuery, logic_of, read_blocks, read_logic
from ribbon.sql.canonical.sharing import Shared, share_columns, share_groups, share_rows
from ribbon.sql.canonical.terms import (
    AGGREGATE,
    COLUMN,
    OUTPUT,
    Term,
    Unreadable,
    Upstream,
    contains,
    from_json,
    rebuilt,
    tidy,
    to_text,
    trace_upstream,
    walk,
)
from ribbon.sql.canonical.writer import Statement, write

__all__ = [
    "AGGREGATE",
    "COLUMN",
    "OUTPUT",
    "Block",
    "Blocks",
    "ExpressionQueries",
    "Logic",
    "Output",
    "Reading",
    "Shared",
    "Statement",
    "SubQuery",
    "Term",
    "Unreadable",
    "Upstream",
    "contains",
    "digest",
    "from_json",
    "logic_of",
    "read_blocks",
    "read_logic",
    "rebuilt",
    "share_columns",
    "share_groups",
    "share_rows",
    "tidy",
    "to_text",
    "trace_upstream",
    "walk",
    "write",
]
