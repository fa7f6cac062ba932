"""The normal form of SQL, held against DuckDB: what is called the same gives the same rows, what is not does not."""

import duckdb
import pytest

from ribbon.sql.canonical import read_logic
from tests.normal_queries import DIFFERENT, SAME, TABLES, rows, small_databases


def meaning(sql: str) -> str:
    reading = read_logic(sql, "duckdb", TABLES)
    assert not reading.unread, reading.unread
    return reading.queries[-1].logic.whole


@pytest.fixture(scope="module")
def databases() -> list[duckdb.DuckDBPyConnection]:
    return small_databases()


@pytest.mark.parametrize("name", SAME)
def test_queries_that_mean_the_same_have_one_fingerprint(name: str) -> None:
    one, other = SAME[name]
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize("name", SAME)
def test_queries_with_one_fingerprint_give_the_same_rows(name: str, databases: list[duckdb.DuckDBPyConnection]) -> None:
    one, other = SAME[name]
    assert all(rows(each, one) == rows(each, other) for each in databases)


@pytest.mark.parametrize("name", DIFFERENT)
def test_queries_that_differ_have_different_fingerprints(name: str) -> None:
    one, other = DIFFERENT[name]
    assert meaning(one) != meaning(other)


@pytest.mark.parametrize("name", DIFFERENT)
def test_near_misses_really_give_other_rows(name: str, databases: list[duckdb.DuckDBPyConnection]) -> None:
    one, other = DIFFERENT[name]
    assert any(rows(each, one) != rows(each, other) for each in databases)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select * from nowhere", "takes all columns of nowhere"),
        ("select missing from a", "no relation here has a column missing"),
        ("select id from a join b on a.id = b.id", "id is ambiguous"),
        ("select * from a pivot (sum(y) for x in (1, 2))", "a pivot"),
        ("with recursive r as (select 1 n union all select n + 1 from r where n < 3) select n from r", "reads itself"),
        ("select 1; select 2", "not one query"),
        ("select from where", "Expected"),
        ("select x from a tablesample 10%", "a sample"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_reason(sql: str, reason: str) -> None:
    assert reason in read_logic(sql, "duckdb", TABLES).unread
