import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ribbon.engines.table_diff import Table, TableDiff
from ribbon.model import ChangedColumn, RowsCompared


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("create schema before; create schema after")
        yield opened


class Sides:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def diff(self, before: str, after: str, key: Sequence[str] = (), **options: Sequence[str]) -> RowsCompared:
        for side, rows in (("before", before), ("after", after)):
            self.connection.execute(f"create or replace table {side}.t as {rows}")
        tables = (Table("memory", side, "t") for side in ("before", "after"))
        return TableDiff(self.connection, 1e-9).of(*tables, key, **options)


@pytest.fixture
def sides(connection: duckdb.DuckDBPyConnection) -> Sides:
    return Sides(connection)


def values(rows: str, names: str = "id, x") -> str:
    return f"select * from (values {rows}) as t ({names})"


def test_the_same_rows_in_another_order_are_equal(sides: Sides) -> None:
    found = sides.diff(values("(1, 'a'), (2, null), (2, null)"), values("(2, null), (1, 'a'), (2, null)"))
    assert found.equal
    assert (found.before, found.after) == (3, 3)


def test_a_row_that_comes_once_more_differs(sides: Sides) -> None:
    found = sides.diff(values("(1, 'a'), (2, null)"), values("(1, 'a'), (2, null), (2, null)"))
    assert not found.equal
    assert (found.only_before, found.only_after) == (0, 1)
    assert [(row.side, row.key) for row in found.examples] == [("after", {"id": "2", "x": None})]


def test_rows_are_matched_by_their_key_and_the_columns_that_differ_are_counted(sides: Sides) -> None:
    before = values("(1, 'a', 10), (2, 'b', 20), (3, 'c', 30)", "id, x, y")
    after = values("(2, 'B', 20), (3, null, 31), (4, 'd', 40)", "id, x, y")
    found = sides.diff(before, after, ["ID"])
    assert found.key == ("id",)
    assert (found.only_before, found.only_after, found.changed) == (1, 1, 2)
    assert found.differing == {"x": 2, "y": 1}
    assert [(row.side, row.key["id"], row.values) for row in found.examples] == [
        ("before", "1", {}),
        ("both", "2", {"x": ("b", "B")}),
        ("both", "3", {"x": ("c", None), "y": ("30", "31")}),
        ("after", "4", {}),
    ]


@pytest.mark.parametrize("doubled", ["(1, 'a'), (1, 'a')", "(1, 'a'), (null, 'b')"])
def test_a_key_that_comes_twice_or_is_null_is_no_key(sides: Sides, doubled: str) -> None:
    found = sides.diff(values("(1, 'a')"), values(doubled), ["id"])
    assert found.key == ()
    assert (found.only_before, found.only_after) == (0, 1)


def test_no_more_than_five_rows_are_shown(sides: Sides) -> None:
    found = sides.diff("select range as id, 1 as x from range(9)", "select range as id, 2 as x from range(9)", ["id"])
    assert found.changed == 9
    assert [row.key["id"] for row in found.examples] == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("key", [["id"], []])
@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ("0.1::double + 0.2 + 0.3", "0.3::double + 0.2 + 0.1", True),
        ("1e9::double", "1e9::double + 0.9", True),
        ("1e9::double", "1e9::double + 2", False),
        ("1::double", "1.00000001", False),
        ("0::double", "5e-17", True),
        ("0::double", "1e-9", False),
        ("'nan'::double", "'nan'::double", True),
        ("'nan'::double", "1::double", False),
        ("'inf'::double", "'inf'::double", True),
        ("'inf'::double", "5::double", False),
        ("'-inf'::double", "'inf'::double", False),
        ("null::double", "0::double", False),
        ("null::double", "null::double", True),
    ],
)
def test_floats_are_compared_within_the_tolerance(
    sides: Sides, key: list[str], before: str, after: str, equal: bool
) -> None:
    found = sides.diff(f"select 1 as id, ({before})::double as x", f"select 1 as id, ({after})::double as x", key)
    assert found.equal is equal


def test_noise_that_changes_the_order_of_floats_does_not_tell_rows_apart(sides: Sides) -> None:
    noisy = values("(1.0::double, 5.0::double), (1.0 + 1e-13, 3.0), (7, 7)", "x, y")
    other = values("(1.0 + 1e-13::double, 5.0::double), (1.0, 3.0), (7, 7)", "x, y")
    assert sides.diff(noisy, other).equal


def test_an_exact_column_does_not_profit_from_the_tolerance(sides: Sides) -> None:
    assert not sides.diff("select 1.000000000001::decimal(18, 12) as x", "select 1::decimal(18, 12) as x").equal


def test_columns_that_come_go_or_change_their_type_are_told(sides: Sides) -> None:
    found = sides.diff("select 1 as id, 2 as gone, 3 as x", "select 1 as id, 3::bigint as x, 'n' as new", ["id"])
    assert not found.equal
    assert (found.only_before, found.only_after, found.changed) == (0, 0, 0)
    assert found.columns == (
        ChangedColumn("gone", "INTEGER", None),
        ChangedColumn("x", "INTEGER", "BIGINT"),
        ChangedColumn("new", None, "VARCHAR"),
    )


def test_values_of_columns_that_change_their_type_are_compared_as_text(sides: Sides) -> None:
    found = sides.diff(values("(1, 7), (2, 8)"), values("(1, '7'), (2, 'eight')"), ["id"])
    assert found.differing == {"x": 1}


def test_another_order_of_columns_and_other_constraints_are_noted_and_no_difference(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    connection.execute(
        "create or replace table before.t (id int not null, x int); create or replace table after.t (x int, id int)"
    )
    tables = (Table("memory", side, "t") for side in ("before", "after"))
    found = TableDiff(connection, 1e-9).of(*tables)
    assert found.equal
    assert found.notes == ("its columns come in another order", "its constraints are others")


@pytest.mark.parametrize("key", [["id"], []])
def test_a_restricted_column_shows_no_value_whatever_its_case(sides: Sides, key: list[str]) -> None:
    found = sides.diff(
        values("(1, 'secret'), (2, 'hush')", "id, Name"),
        values("(1, 'other'), (3, 'quiet')", "id, Name"),
        key,
        restricted=["name"],
    )
    assert not any(word in repr(found) for word in ("secret", "hush", "other", "quiet"))
    assert found.examples


def test_a_restricted_key_shows_no_value(sides: Sides) -> None:
    found = sides.diff(values("('anna', 1)"), values("('anna', 2)"), ["id"], restricted=["id"])
    assert found.changed == 1
    assert found.examples[0].key == {"id": "***"}


def test_names_in_need_of_quotes_are_quoted(sides: Sides) -> None:
    names = '"a ""b""", "select"'
    assert sides.diff(values("(1, 2)", names), values("(1, 3)", names), ['a "b"']).differing == {"select": 1}


def test_tables_without_a_common_column_have_no_common_row(sides: Sides) -> None:
    found = sides.diff("select 1 as x", "select 1 as y from range(2)")
    assert (found.only_before, found.only_after) == (1, 2)


ROWS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["a", "b", None]), st.sampled_from([0.1, 2.0, None])))


def as_sql(rows: Sequence[tuple[object, ...]]) -> str:
    told = ("null" if value is None else repr(value) for row in rows for value in row)
    lines = ", ".join(f"({', '.join(line)})" for line in zip(*[told] * 3, strict=True))
    return f"select i::int as i, s::varchar as s, f::double as f from (values {lines}) as t (i, s, f) offset 1"


def test_what_is_left_over_is_what_is_left_of_the_multisets(connection: duckdb.DuckDBPyConnection) -> None:
    sides, head = Sides(connection), (0, "a", 0.0)

    @settings(max_examples=40, deadline=None)
    @given(ROWS, ROWS)
    def holds(before: list[tuple[object, ...]], after: list[tuple[object, ...]]) -> None:
        found = sides.diff(as_sql([head, *before]), as_sql([head, *after]))
        assert found.only_before == (Counter(before) - Counter(after)).total()
        assert found.only_after == (Counter(after) - Counter(before)).total()

    holds()


def test_sums_in_any_order_are_equal_without_a_key(sides: Sides) -> None:
    drawn = random.Random(7)  # noqa: S311 - the same numbers every time
    rows = [(0, drawn.choice("ab"), drawn.uniform(-1, 1)) for _ in range(200)]
    noisy = [(i, name, math.nextafter(value, 2)) for i, name, value in reversed(rows)]
    head = (0, "a", 0.0)
    assert sides.diff(as_sql([head, *rows]), as_sql([head, *noisy])).equal
