"""Publishing: readers get each mart's last table that passed, nothing else, and never a half of it."""

import shutil
import subprocess
import sys
import time

import duckdb
import pytest

from tests.conftest import Ended, Workshop, edit, write_files

DAILY = "select day, unit_count from mart_sales.sales_daily order by day"

# Holds one connection open all the while, and opens another, in a process of its own, again and again.
HOLD = """
import pathlib, sys, duckdb
path, stop = sys.argv[1:]
rounds = 0
with duckdb.connect(path, read_only=True) as held:
    while not pathlib.Path(stop).exists():
        assert held.execute("select sum(unit_count) from mart_sales.sales_daily").fetchone()[0] == 8
        rounds += 1
print(rounds)
"""
REOPEN = """
import pathlib, sys, duckdb
path, stop = sys.argv[1:]
seen = []
while not pathlib.Path(stop).exists():
    with duckdb.connect(path, read_only=True) as fresh:
        total = fresh.execute("select sum(unit_count) from mart_sales.sales_daily").fetchone()[0]
    if total not in seen:
        seen.append(int(total))
print(seen)
"""


@pytest.fixture
def shop(mini_built: Workshop) -> Workshop:
    return mini_built


def rebuild(shop: Workshop, unit_count: str) -> Ended:
    """Build the mart anew with another measure; more than 1,000 units break its promise."""
    edit(shop, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", f"{unit_count} as")
    return shop.dbt("build", "--select", "sales_daily")


def test_the_file_holds_the_marts_with_their_comments_and_nothing_else(shop: Workshop) -> None:
    ended = shop.ribbon("publish")

    assert ended.exit_code == 0, ended.err
    assert "1 mart, 2 rows" in ended.out
    tables = "select table_schema, table_name, table_type from information_schema.tables order by all"
    assert shop.query(tables, "marts.duckdb") == [
        ("mart_sales", "sales_daily", "BASE TABLE"),
        ("ribbon", "published", "BASE TABLE"),
    ]
    comment = "select comment from duckdb_tables() where schema_name = 'mart_sales'"
    assert shop.value(comment, "marts.duckdb") == "One row per day."
    assert (
        shop.value("select comment from duckdb_columns() where column_name = 'day'", "marts.duckdb")
        == "Day of the order."
    )
    assert sorted(path.name for path in shop.data.glob("marts*")) == ["marts.duckdb"]


def test_readers_get_the_last_good_table_of_a_mart_that_the_gate_refused(shop: Workshop) -> None:
    assert rebuild(shop, "5000").exit_code == 1

    ended = shop.ribbon("publish")

    assert ended.exit_code == 0, ended.out
    assert shop.query(DAILY, "marts.duckdb") == [(1, 3), (2, 5)]


def test_a_mart_is_held_back_when_a_test_of_something_it_reads_failed(shop: Workshop) -> None:
    promise = "{ribbon.expect_column_values_to_be_between: {arguments: {max_value: 1}}}"
    edit(shop, "expectations/warehouse/orders/fct_order.yml", "[unique]", f"[unique, {promise}]")
    assert shop.dbt("test", "--select", "fct_order").exit_code == 1

    ended = shop.ribbon("publish")

    assert ended.exit_code == 1
    assert "not published: sales; readers keep the version of 20" in ended.out
    assert "mart_sales.sales_daily: failed: ribbon_expect_column_values_to_be_between_fct_order" in ended.out
    assert shop.query(DAILY, "marts.duckdb") == [(1, 3), (2, 5)]


def test_a_singular_test_that_fails_holds_back_what_it_reads(shop: Workshop) -> None:
    write_files(shop.project, {"tests/never.sql": "select * from {{ ref('fct_order') }}\n"})
    assert shop.dbt("test", "--select", "never").exit_code == 1

    assert "    mart_sales.sales_daily: failed: never\n" in shop.ribbon("publish").out


def test_a_mart_that_failed_from_the_start_is_not_there_for_readers(shop: Workshop) -> None:
    shutil.rmtree(shop.data / "versions")
    for file in ("marts.duckdb", "build.duckdb"):
        (shop.data / file).unlink()
    edit(shop, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", "5000 as")
    assert shop.dbt("build").exit_code == 1

    told = shop.ribbon("publish").out

    assert "not published: sales; no earlier version exists" in told
    assert "mart_sales.sales_daily: it has not been built" in told
    assert shop.query("from ribbon.published", "marts.duckdb") == []


def test_a_view_is_published_as_a_table(shop: Workshop) -> None:
    edit(shop, "dbt_project.yml", "+materialized: table", "+materialized: view")
    assert shop.dbt("run", "--select", "sales_daily").exit_code == 0

    assert shop.ribbon("publish").exit_code == 0

    assert shop.query(DAILY, "marts.duckdb") == [(1, 3), (2, 5)]


def test_a_mart_older_than_what_it_reads_is_listed(shop: Workshop) -> None:
    shop.dbt("run", "--select", "fct_order")

    ended = shop.ribbon("publish")

    assert "older than its inputs: mart_sales.sales_daily" in ended.out


def test_a_developers_target_is_not_published(shop: Workshop) -> None:
    ended = shop.ribbon("publish", "--target", "dev")

    assert ended.exit_code == 2
    assert "it writes to a developer's schemas (dev_…)" in ended.err


def test_a_developers_target_builds_beside_production(shop: Workshop) -> None:
    before = shop.query(DAILY)

    assert shop.dbt("build", "--target", "dev").exit_code == 0

    schemas = {row[0] for row in shop.query("select distinct table_schema from information_schema.tables")}
    assert schemas == {"lake", "warehouse", "mart_sales", "ribbon", "dev_warehouse", "dev_mart_sales", "dev_ribbon"}
    assert shop.query(DAILY) == before
    assert shop.query("select target from ribbon.runs group by 1") == [("prod",)]
    runs = shop.ribbon("status", "--target", "dev", "--json").json["runs"]
    assert [run["target"] for run in runs] == ["dev"]


def test_readers_are_not_disturbed_by_a_swap(shop: Workshop) -> None:
    stop = shop.data / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(shop.data / "marts.duckdb"), str(stop)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for script in (HOLD, REOPEN)
    ]
    time.sleep(0.5)
    assert rebuild(shop, "9").exit_code == 0
    shop.ribbon("publish")
    shop.ribbon("publish")
    time.sleep(0.5)
    stop.touch()
    (held, held_errors), (reopened, reopened_errors) = (reader.communicate(timeout=60) for reader in readers)

    assert held_errors == ""
    assert int(held) > 3
    assert reopened_errors == ""
    assert reopened.strip() == "[8, 18]"


def test_publishing_while_dbt_builds_says_who_holds_the_file(shop: Workshop) -> None:
    with duckdb.connect(str(shop.data / "build.duckdb")):
        ended = shop.ribbon("publish")

    assert ended.exit_code == 3
    assert "holds this file" in ended.err
