"""Which columns two tables have in common, and how the values of each are compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ribbon.engines.duckdb_file import quoted
from ribbon.model import ChangedColumn

__all__ = ["Columns", "ComparedColumn", "NamedType", "columns_of_both"]

FLOATS = frozenset({"FLOAT", "DOUBLE"})
NUMBERS = FLOATS | {
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "DECIMAL"),
}

# A column's name and its type, as DuckDB says them.
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
