"""SQL from a block: a query, written so that reading it gives the block again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot.errors import SqlglotError

from ribbon.sql.normal.asked import Asked
from ribbon.sql.normal.blocks import Block
from ribbon.sql.normal.expressions import Unreadable
from ribbon.sql.normal.finishing import finish
from ribbon.sql.normal.reading import read_blocks
from ribbon.sql.normal.relations import Relations
from ribbon.sql.normal.written_select import WrittenSelect
from ribbon.sql.tables import Table, Tables

__all__ = ["Statement", "write"]


@dataclass(frozen=True)
class Statement:
    """A query in lower case, four spaces a step, one column a line. relations: by what stands for them in the text."""

    text: str
    relations: Mapping[str, str]

    def naming(self, name: Callable[[str], str]) -> str:
        """The SQL with each relation, by its key, as `name` writes it."""
        return re.sub(r"\brelation_\d+__", lambda match: name(self.relations[match[0]]), self.text)


def write(block: Block, asked: Asked, dialect: str) -> Statement:
    """The SQL of a block. asked: the queries inside its expressions.

    Raises Unreadable where it cannot be written so that it means the same: what is written is read again.
    """
    relations = Relations()
    try:
        text = WrittenSelect(block, asked, dialect, relations).text()
    except (SqlglotError, RecursionError, TypeError, ValueError) as error:
        raise Unreadable(f"it cannot be written: {error}") from error
    found = read_blocks(text, dialect, Tables(Table(*each) for each in relations.tables())).named[-1][1]
    if _told(found) != _told(block):
        raise Unreadable("it cannot be written so that it means the same")
    return Statement(text, relations.labels())


def _told(block: Block) -> object:
    finished = finish(block)
    return finished.rows, finished.outputs
