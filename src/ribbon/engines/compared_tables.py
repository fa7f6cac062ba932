"""Two tables that are compared: the columns they have in common, and how values are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ribbon.engines.duckdb_file import Connection, quoted
from ribbon.model import ChangedColumn

__all__ = [
    "EXAMPLES",
    "MASK",
    "NEAR_ZERO",
    "Columns",
    "ComparedColumn",
    "ComparedTables",
    "NamedType",
    "as_text",
    "columns_of_both",
    "cut",
]

EXAMPLES = 5
"""How many rows are shown of those that differ."""

NEAR_ZERO = 1e-12
"""Floats that are no further apart than this are equal, whatever the tolerance: what is left of a sum that is zero."""

MASK = "***"
LONGEST = 80

FLOATS = frozenset({"FLOAT", "DOUBLE"})
NUMBERS = FLOATS | {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "DECIMAL"),
}

# A column's name and its type, as DuckDB writes them.
NamedType = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A column of both tables. before, after: its values there, as SQL. is_float: whether a tolerance holds for it."""

    name: str
    before: str
    after: str
    is_float: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of two tables. in_order: whether those that both have come in the same order."""

    common: tuple[ComparedColumn, ...]
    changed: tuple[ChangedColumn, ...]
    in_order: bool


def columns_of_both(before: Sequence[NamedType], after: Sequence[NamedType]) -> Columns:
    """Columns are matched by name, whose case does not matter.

    Floats and doubles are compared as doubles, numbers as numbers, and what else has two types as text.
    """
    of_before = {name.casefold(): (name, kind) for name, kind in before}
    of_after = {name.casefold(): (name, kind) for name, kind in after}
    common = [key for key in of_after if key in of_before]
    return Columns(
        tuple(_compared(of_before[key], of_after[key]) for key in common),
        tuple(_changed(of_before, of_after)),
        common == [key for key in of_before if key in of_after],
    )


@dataclass(frozen=True)
class ComparedTables:
    """Two tables by their names as SQL, and the columns that both have.

    tolerance: between floats, relative to the larger one. hidden: columns of which no value is shown, in lower case.
    """

    connection: Connection
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


def _compared(before: NamedType, after: NamedType) -> ComparedColumn:
    kinds = {before[1].partition("(")[0], after[1].partition("(")[0]}
    numbers = kinds <= NUMBERS
    is_float = numbers and bool(kinds & FLOATS)
    cast = "::double" if is_float else "" if numbers or before[1] == after[1] else "::varchar"
    return ComparedColumn(after[0], quoted(before[0]) + cast, quoted(after[0]) + cast, is_float)


def _changed(before: dict[str, NamedType], after: dict[str, NamedType]) -> Iterator[ChangedColumn]:
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if one is None or other is None or one[1] != other[1]:
            yield ChangedColumn((other or one or ("", ""))[0], one and one[1], other and other[1])
