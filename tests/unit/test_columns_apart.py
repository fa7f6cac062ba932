"""Two columns of two tables, side by side by a key."""

from pathlib import Path

import duckdb
import pytest

from ribbon.engines.table_diff import Apart, PlacedColumn, columns_apart
from ribbon.errors import WorldError

TABLES = """
create schema "a b";
create table one (k integer, "what ""it"" is" decimal(9, 2), day date, note varchar);
insert into one values
    (1, 10, '2026-01-01', 'x'), (2, 20, '2026-01-02', null), (3, null, null, 'z'), (null, 4, null, 'n');
create table "a b".other (k bigint, x double, day timestamp, note varchar);
insert into "a b".other values
    (1, 10, '2026-01-01', 'x'), (2, 26, '2026-01-03', 'y'), (null, 5, null, 'n'), (9, 1, null, 'z');
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with duckdb.connect(str(tmp_path / "it.duckdb")) as connection:
        connection.execute(TABLES)
    return tmp_path / "it.duckdb"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ('what "it" is', "x", Apart(3, 2, (34 / 3, 41 / 3))),
        ("k", "k", Apart(3, 0, (1.5, 1.5))),
        ("note", "note", Apart(3, 1, None)),
        ("day", "day", Apart(3, 1, None)),
    ],
)
def test_rows_that_both_have_are_set_side_by_side(file: Path, one: str, other: str, expected: Apart) -> None:
    found = columns_apart(file, PlacedColumn("main", "one", one), PlacedColumn("a b", "other", other), ["k"])

    assert found == expected


def test_columns_that_cannot_be_compared_are_told(file: Path) -> None:
    with pytest.raises(WorldError, match="cast"):
        columns_apart(file, PlacedColumn("main", "one", "k"), PlacedColumn("a b", "other", "day"), ["k"])


def test_a_table_that_is_not_built_is_told(file: Path) -> None:
    with pytest.raises(WorldError, match="gone"):
        columns_apart(file, PlacedColumn("main", "gone", "x"), PlacedColumn("main", "one", "k"), ["k"])
