"""Tables that hypothesis draws: few rows of a small pool of awkward values, so that duplicates, bounds, nulls meet."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa
from hypothesis import strategies as st

__all__ = [
    "EXACT",
    "FIVE_ROWS",
    "KINDS",
    "NUMBERS",
    "ORDERED",
    "Column",
    "Kind",
    "Table",
    "drawn_columns",
    "pools",
    "tables",
    "texts",
    "with_none_numbers",
]

MOST_ROWS = 10
FIVE_ROWS = (
    "create table five as select 1 as a union all select 2 union all select 3 union all select 4 union all select 5"
)
NAMES = ("a", "select", "it's 50% é")


@dataclass(frozen=True)
class Kind:
    """A type of column: its name in SQL and in Arrow, and the values to draw."""

    sql: str
    arrow: pa.DataType
    values: st.SearchStrategy[Any]


# No line breaks: Python's $ also matches in front of a last one, RE2's does not.
TEXT = st.text(alphabet="abAB01 '\"%_é日.-\\{}", max_size=4)
FRACTIONS = st.integers(-40, 40).map(lambda eighths: eighths / 8)

KINDS = {
    "integer": Kind("bigint", pa.int64(), st.integers(-20, 20) | st.sampled_from([2**31, -(2**31)])),
    "fraction": Kind("double", pa.float64(), FRACTIONS),
    "double": Kind("double", pa.float64(), FRACTIONS | st.sampled_from([0.1, 1e-7, 1e9, 1 / 3])),
    "decimal": Kind("decimal(18, 2)", pa.float64(), st.integers(-999, 999).map(lambda cents: Decimal(cents) / 100)),
    "text": Kind("varchar", pa.string(), TEXT),
    "date": Kind("date", pa.timestamp("us"), st.dates(date(1969, 12, 25), date(1970, 1, 10))),
    "timestamp": Kind("timestamp", pa.timestamp("us"), st.datetimes(datetime(1999, 12, 31), datetime(2000, 1, 2))),
    "boolean": Kind("boolean", pa.bool_(), st.booleans()),
}
# Numbers whose sums and halves floats hold exactly, whatever order they are added in: a bound can be hit on the point.
EXACT = ("integer", "fraction")
NUMBERS = ("integer", "double", "decimal")
ORDERED = (*NUMBERS, "date", "timestamp")


def in_pandas(value: Any) -> Any:
    """A value as it is in a frame.

    Decimals are floats: a bound in YAML is a float, and that 0.1 lies above Decimal("0.1") is about bounds, not data.
    Dates are timestamps: pandas compares timestamps with timestamps only.
    """
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


@dataclass(frozen=True)
class Column:
    """A column of a drawn table. pool: what its values were drawn from; arguments come from there as well."""

    name: str
    kind: str
    values: tuple[Any, ...]
    pool: tuple[Any, ...] = ()

    @property
    def present(self) -> list[Any]:
        return [value for value in self.values if value is not None]

    @property
    def sql_type(self) -> str:
        return KINDS[self.kind].sql

    def array(self) -> pa.Array:
        return pa.array([in_pandas(value) for value in self.values], type=KINDS[self.kind].arrow)


@dataclass(frozen=True)
class Table:
    """Columns of equal length."""

    columns: tuple[Column, ...]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return list(zip(*(column.values for column in self.columns), strict=True))

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @cached_property
    def statements(self) -> list[tuple[str, list[Any]]]:
        """SQL that makes the table `drawn` and fills it, each statement with its values."""
        quoted = ['"' + name.replace('"', '""') + '"' for name in self.names]
        columns = ", ".join(f"{name} {column.sql_type}" for name, column in zip(quoted, self.columns, strict=True))
        made: list[tuple[str, list[Any]]] = [
            ("drop table if exists drawn", []),
            (f"create table drawn ({columns})", []),
        ]
        if self.rows:
            row = f"({', '.join('?' for _ in self.columns)})"
            made.append(
                (
                    f"insert into drawn values {', '.join([row] * len(self.rows))}",
                    [cell for row in self.rows for cell in row],
                )
            )
        return made

    def frame(self) -> pd.DataFrame:
        """The rows as pandas reads them from a Parquet file of these types."""
        return pa.table([column.array() for column in self.columns], names=self.names).to_pandas()

    def sorted_by(self, name: str) -> "Table":
        places = self.columns[self.names.index(name)].values
        order = sorted(range(len(places)), key=places.__getitem__)
        return Table(
            tuple(
                Column(column.name, column.kind, tuple(column.values[place] for place in order), column.pool)
                for column in self.columns
            )
        )

    def __repr__(self) -> str:
        head = ", ".join(f"{column.name} {column.sql_type}" for column in self.columns)
        return "\n".join([head, *(f"  {row!r}" for row in self.rows)])


def pools(kind: str) -> st.SearchStrategy[list[Any]]:
    """The few values that a column and the arguments about it share."""
    return st.lists(KINDS[kind].values, min_size=1, max_size=5)


def texts(known: Iterable[str]) -> st.SearchStrategy[list[Any]]:
    """A pool of texts that look like something, and of any other."""
    return st.lists(st.sampled_from(list(known)) | TEXT, min_size=1, max_size=5)


@st.composite
def drawn_columns(
    draw: Callable[..., Any], name: str, kind: str, pool: Sequence[Any], count: int, nulls: bool = True
) -> Column:
    """A column of `count` values out of `pool`."""
    value = st.sampled_from([*pool, None, *pool] if nulls else list(pool))
    return Column(name, kind, tuple(draw(st.lists(value, min_size=count, max_size=count))), tuple(pool))


@st.composite
def tables(
    draw: Callable[..., Any],
    kinds: Sequence[str],
    width: int = 1,
    nulls: bool = True,
    pool: st.SearchStrategy[list[Any]] | None = None,
) -> Table:
    """A table of `width` columns of one kind, which share their pool, and a column `k` of x and y for conditions."""
    kind = draw(st.sampled_from(list(kinds)))
    values = draw(pool if pool is not None else pools(kind))
    count = draw(st.integers(0, MOST_ROWS))
    names = [draw(st.sampled_from(NAMES)), "bb", "cc"][:width]
    drawn = [draw(drawn_columns(name, kind, values, count, nulls)) for name in names]
    return Table((*drawn, draw(drawn_columns("k", "text", ["x", "y"], count, nulls=False))))


@st.composite
def with_none_numbers(draw: Callable[..., Any], table: Table) -> Table:
    """The same table, with NaN and infinities among its doubles."""
    floats = ("fraction", "double")
    odd = st.sampled_from([math.nan, math.inf, -math.inf])

    def changed(column: Column) -> Column:
        if column.kind not in floats:
            return column
        values = tuple(draw(odd | st.just(value)) for value in column.values)
        return Column(column.name, column.kind, values, column.pool)

    return Table(tuple(changed(column) for column in table.columns))
