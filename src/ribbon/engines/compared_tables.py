"""Two tables that are compared, and what the ways of comparing them share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from ribbon.engines.compared_columns import ComparedColumn

__all__ = ["EXAMPLES", "MASK", "NEAR_ZERO", "ComparedTables", "as_text", "cut"]

EXAMPLES = 5
"""How many rows are shown of those that differ."""

NEAR_ZERO = 1e-12
"""Floats that are no further apart than this are equal, whatever the tolerance: what is left of a sum that is zero."""

MASK = "***"
LONGEST = 80


@dataclass(frozen=True)
class ComparedTables:
    """Two tables by their names as SQL, and the columns that both have.

    tolerance: between floats, relative to the larger one. hidden: columns of which no value is shown, in lower case.
    """

    connection: duckdb.DuckDBPyConnection
    before: str
    after: str
    columns: tuple[ComparedColumn, ...]
    tolerance: float
    hidden: frozenset[str]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement returns."""
        return self.connection.execute(statement).fetchall()

    def selects(self, columns: Sequence[tuple[str, ComparedColumn]]) -> tuple[str, str]:
        """Each table with its columns under these names."""
        before = ", ".join(f"{column.before} as {name}" for name, column in columns)
        after = ", ".join(f"{column.after} as {name}" for name, column in columns)
        return f"select {before or 'null as nothing'} from {self.before}", (
            f"select {after or 'null as nothing'} from {self.after}"
        )

    def apart(self, column: ComparedColumn, before: str, after: str) -> str:
        """The condition that two values differ."""
        differ = f"{before} is distinct from {after}"
        if not column.is_float:
            return differ
        # Infinity is no nearer to a number than the tolerance times infinity.
        near = (
            f"isfinite({before}) and isfinite({after}) and abs({before} - {after}) <="
            f" greatest({self.tolerance!r} * greatest(abs({before}), abs({after})), {NEAR_ZERO!r})"
        )
        return f"({differ} and not coalesce({near}, false))"

    def is_hidden(self, column: ComparedColumn) -> bool:
        """Whether no value of it is shown."""
        return column.name.casefold() in self.hidden


def as_text(value: str) -> str:
    """A value as text, in SQL."""
    return f"cast({value} as varchar)"


def cut(text: str | None) -> str | None:
    """A value as it is shown."""
    return text if text is None or len(text) <= LONGEST else text[: LONGEST - 1] + "…"
