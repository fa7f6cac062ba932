"""What is understood of the SQL in a log, and what is kept of it."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbon.errors import ConfigError
from ribbon.model import Reading, Statement
from ribbon.sql.literals import shape_of, without_literals
from ribbon.sql.statements import queries_in
from ribbon.usage.analysis import Analyst, filled
from tests.usage_project import CARE, SALES, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop into which nobody imports."""
    return Shop(tmp_path_factory.mktemp("still"))


def read(shop: Shop, sql: str, dialect: str = "duckdb") -> Statement:
    return Analyst(shop.known, dialect).read(sql).meaning.statement


def test_columns_are_told_by_what_the_query_does_with_them(shop: Shop) -> None:
    shop.ask(
        "select store_id, sum(net_usd) as n from mart_sales.store_daily where day > date '2026-01-01' group by 1"
        " order by max(net_usd) limit 3"
    )

    assert shop.uses() == {
        ("store_id", "selected"),
        ("net_usd", "selected"),
        ("day", "filtered"),
        ("store_id", "grouped"),
        ("net_usd", "limited"),
    }


def test_a_join_is_told_of_both_sides(shop: Shop) -> None:
    shop.ask("select p.id from mart_care.patient as p join mart_sales.store_daily as s on s.store_id = p.id")

    assert shop.uses(CARE) == {("id", "selected"), ("id", "joined")}
    assert shop.uses() == {("store_id", "joined")}


def test_the_expressions_around_a_column_are_kept_step_by_step(shop: Shop) -> None:
    shop.ask("with t as (select sum(net_usd) as net from store_daily) select coalesce(net, 0) as net from t")

    kept = {row["expression"] for row in shop.rows("uses") if row["column"] == "net_usd"}
    assert kept == {"COALESCE(net, 0)", "SUM(net_usd)"}


def test_a_star_is_told_from_a_column_that_is_named(shop: Shop) -> None:
    shop.ask("select * from store_daily where day > '2026-01-01'")

    assert {(row["column"], row["expression"]) for row in shop.rows("uses") if row["role"] == "selected"} == {
        ("store_id", "*"),
        ("net_usd", "*"),
        ("day", ""),
    }


@pytest.mark.parametrize("name", ["store_daily", "mart_sales.store_daily", "marts.mart_sales.store_daily"])
def test_a_mart_is_found_in_the_build_file_and_in_the_readers_copy(name: str, still: Shop) -> None:
    assert {use.relation for use in read(still, f"select count(*) from {name}").uses} == {SALES}


def test_a_relation_that_the_project_does_not_know_is_kept_by_its_name(shop: Shop) -> None:
    imported = shop.ask("select a from raw.orders", "select b from raw.orders where c = 1")

    assert imported.unknown == {"raw.orders": 2}
    assert shop.uses("raw.orders") == {("a", "selected"), ("b", "selected"), ("c", "filtered")}


@pytest.mark.parametrize(
    ("sql", "reading"),
    [
        ("select day from store_daily", Reading.UNDERSTOOD),
        ("select nope from store_daily", Reading.PARTLY),
        ("select * from raw.orders", Reading.PARTLY),
        ("select ( from store_daily", Reading.UNPARSED),
        ("select 'open from store_daily", Reading.UNPARSED),
        ("update store_daily set day = null", Reading.UNPARSED),
        ("show tables", Reading.NOTHING),
        ("explain select day from store_daily", Reading.NOTHING),
        ("set threads = 4", Reading.NOTHING),
        ("pragma version", Reading.NOTHING),
        ("select 1", Reading.NOTHING),
        ("select current_date", Reading.NOTHING),
        ("select table_name from information_schema.tables", Reading.NOTHING),
        ("describe store_daily", Reading.NOTHING),
        ("insert into t values (1)", Reading.NOTHING),
        ('/* {"app": "dbt", "dbt_version": "1.11"} */ create table t as select day from store_daily', Reading.PIPELINE),
    ],
)
def test_a_text_is_read_as_far_as_it_goes(sql: str, reading: Reading, still: Shop) -> None:
    assert read(still, sql).reading is reading


@pytest.mark.parametrize(
    "sql",
    [
        "create table t as select day from store_daily",
        "create table t as (with s as (select day from store_daily) select * from s)",
        "insert into t select day from store_daily",
        "with s as (select day from store_daily) insert into t select day from s",
        "copy (select day from store_daily) to 'x.parquet'",
        "set threads = 4; select day from store_daily;",
        "-- a remark\n/* and; one */ select day from store_daily;",
    ],
)
def test_the_query_is_found_in_what_it_is_wrapped_in(sql: str, still: Shop) -> None:
    assert {(use.relation, use.column) for use in read(still, sql).uses} == {(SALES, None), (SALES, "day")}


def test_the_parameters_of_pg_stat_statements_stand_for_values(still: Shop) -> None:
    statement = read(still, "select day from store_daily where day > date $1 limit $2", "postgres")

    assert statement.reading is Reading.UNDERSTOOD
    assert ("day", "filtered") in {(use.column, use.role.value) for use in statement.uses}


@pytest.mark.parametrize(
    "sql",
    [
        "select day from store_daily where store_id = {{store}} [[and net_usd > {{least}}]]",
        "select day from store_daily where store_id = '{{ store }}' and net_usd > {{ least }}",
    ],
)
def test_the_holes_of_a_bi_tools_sql_stand_for_values(sql: str, still: Shop) -> None:
    statement = read(still, sql)

    assert statement.reading is Reading.UNDERSTOOD
    assert {use.column for use in statement.uses if use.role == "filtered"} == {"store_id", "net_usd"}
    assert statement.sql == sql


def test_double_brackets_without_a_hole_stay() -> None:
    assert filled("select [[1, 2], [3]] as a where b = {{c}}") == "select [[1, 2], [3]] as a where b = '{{}}'"


def test_where_a_query_cannot_be_parsed_its_relations_are_those_that_the_log_names(still: Shop) -> None:
    understood = Analyst(still.known, "duckdb").read("select ( from", ("x.mart_sales.store_daily", "raw.orders"))

    uses = understood.meaning.statement.uses
    assert [(use.relation, use.column) for use in uses] == [(SALES, None), ("raw.orders", None)]


def test_an_unknown_dialect_is_a_wrong_call(still: Shop) -> None:
    with pytest.raises(ConfigError, match="dialect klingon"):
        Analyst(still.known, "klingon")


def test_literals_and_comments_are_dropped_from_the_sql_and_the_expressions(shop: Shop) -> None:
    shop.ask(
        "select case when store_id = 4711 then 'Ann' end as x /* Bob */ from store_daily"
        " where day > '2026-02-03' -- Eve",
        "select ( from store_daily where store_id in ('Ann', 4711) and day > '2026-02-03'",
        "select 'Ann",
        drop_literals=True,
    )

    kept = repr([shop.rows(table) for table in ("queries", "statements", "uses")])
    assert not re.findall("4711|Ann|Bob|Eve|2026-02-03", kept)
    assert "store_id = ?" in kept
    assert "day > ?" in kept


def test_without_the_option_literals_stay(shop: Shop) -> None:
    shop.ask("select day from store_daily where store_id = 4711")

    assert "store_id = 4711" in repr(shop.rows("uses"))


@pytest.mark.parametrize(
    "sql",
    [
        "select id from patient where email = 'ann@example.com'",
        "select id from (select id, email as e from patient) where e = 'ann@example.com'",
        "select nope from patient where nope = 'ann@example.com'",
        "select ( from patient where email = 'ann@example.com'",
        "select id from patient order by email = 'ann@example.com'",
        "select id, row_number() over (order by email = 'ann@example.com') as n from patient",
        "select id from nowhere where email = 'ann@example.com'",
    ],
)
def test_a_value_of_a_restricted_column_is_never_kept(sql: str, shop: Shop) -> None:
    shop.ask(sql)

    assert "ann@example.com" not in repr([shop.rows(table) for table in ("queries", "statements", "uses")])


def test_a_value_beside_a_relation_with_a_restricted_column_is_kept_where_everything_is_understood(shop: Shop) -> None:
    shop.ask("select id from patient where id = 4711")

    assert "4711" in repr(shop.rows("uses"))


TEXTS = st.text(alphabet="ab'\"-/*?$1 ", max_size=8).map(lambda text: "'" + text.replace("'", "''") + "'")
NUMBERS = st.one_of(st.integers(0, 10**12).map(str), st.decimals(0, 1000, places=3).map(str))
VALUES = st.one_of(TEXTS, NUMBERS, st.dates(min_value=date(1000, 1, 1)).map(lambda day: f"date '{day}'"))
TEMPLATES = st.sampled_from(
    [
        "select day from store_daily where store_id = {0} and net_usd between {1} and {2}",
        "select store_id, sum(net_usd) filter (where day >= {0}) as s from store_daily"
        " group by 1 having sum(net_usd) > {1} order by 2 limit 7",
        "with t as (select *, net_usd > {0} as big from store_daily)"
        " select * from t where big and day < {1} or {2} = day",
        "select case when store_id = {0} then {1} else {2} end as x from store_daily where store_id in ({0}, {1})",
        "select x.day from store_daily x join patient p on p.id = x.store_id and p.id <> {0} where x.day like {1}",
    ]
)


@given(TEMPLATES, VALUES, VALUES, VALUES)
def test_a_text_means_what_it_means_without_its_shape(
    still: Shop, template: str, one: str, two: str, three: str
) -> None:
    analyst, sql = Analyst(still.known, "duckdb"), template.format(one, two, three)

    assert analyst.read(sql).meaning.statement == analyst._cleaned(analyst._read(sql, ()))


@given(TEMPLATES, VALUES, VALUES)
def test_texts_that_differ_in_their_values_alone_share_a_meaning_and_keep_their_sql(
    still: Shop, template: str, one: str, other: str
) -> None:
    analyst, sql, second = Analyst(still.known, "duckdb"), template.format(one, one, one), template.format(*[other] * 3)
    first, again = analyst.read(sql), analyst.read(second)

    assert (first.sql, again.sql) == (sql, second)
    same = shape_of(sql, "duckdb").sql == shape_of(second, "duckdb").sql
    assert (first.meaning.id == again.meaning.id) is same
    assert Analyst(still.known, "duckdb").read(second).meaning.id == again.meaning.id


@given(TEMPLATES, VALUES, VALUES, VALUES)
def test_a_shape_filled_with_its_values_is_the_text(template: str, one: str, two: str, three: str) -> None:
    sql = template.format(one, two, three)
    shape = shape_of(sql, "duckdb")

    assert shape.filled(shape.sql) == sql


@pytest.mark.parametrize("sql", ["select 1 from t group by 1", "select 1 from t group by 2", "select 'a' from t"])
def test_a_number_that_may_name_a_column_is_part_of_the_shape(sql: str) -> None:
    assert shape_of(sql, "duckdb").sql == sql


@given(st.lists(st.one_of(TEXTS, NUMBERS), min_size=1, max_size=4))
def test_no_value_is_left_where_literals_are_dropped(values: list[str]) -> None:
    sql = f"select {', '.join(values)} from t where a = {values[0]}"

    assert without_literals(sql, "duckdb") == f"select {', '.join('?' for _ in values)} from t where a = ?"


@pytest.mark.parametrize(
    ("sql", "dialect", "kept"),
    [
        ("select \"a\", r'b' from `p.t` where c = @d # e", "bigquery", "select ?, ? from `p.t` where c = @d"),
        ("select $$a$$, E'b', \"c\" from t where d = $1", "postgres", 'select ?, ?, "c" from t where d = $1'),
        ("select 'a\\'b', \"c\" from t", "mysql", "select ?, ? from t"),
        ("select 'open", "duckdb", ""),
    ],
)
def test_a_literal_is_what_the_dialect_says(sql: str, dialect: str, kept: str) -> None:
    assert without_literals(sql, dialect) == kept


def test_many_comments_before_no_query_take_no_time() -> None:
    assert queries_in("/* a */" * 200 + "show tables", "duckdb") == ()
