"""`ribbon status`: one screen of runs, failures and sources, from history, also while somebody holds the build."""

import os

import duckdb

from tests.conftest import Workshop, edit


def test_all_is_well(mini_built: Workshop) -> None:
    ended = mini_built.ribbon("status")

    assert ended.exit_code == 0, ended.err
    assert "dbt build" in ended.out
    assert "passed" in ended.out
    assert "Nothing." in ended.out
    assert "shop.orders" in ended.out


def test_what_failed_is_named_and_the_exit_code_is_one(mini_built: Workshop) -> None:
    edit(mini_built, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", "5000 as")
    mini_built.dbt("build", "--select", "sales_daily")

    ended = mini_built.ribbon("status", "--json")

    assert ended.exit_code == 1
    assert ended.json["red"] is True
    assert [failed["status"] for failed in ended.json["failed"]] == ["fail"]
    assert "expect_column_values_to_be_between_sales_daily" in ended.json["failed"][0]["unique_id"]
    assert [run["status"] for run in ended.json["runs"]] == ["failed", "passed"]
    assert {source["source"]: source["rows"] for source in ended.json["sources"]} == {"shop.items": 2, "shop.orders": 3}


def test_a_run_that_was_killed_shows_as_interrupted(mini_built: Workshop) -> None:
    with duckdb.connect(str(mini_built.data / "build.duckdb")) as build:
        build.execute("update ribbon.runs set status = 'running', finished_at = null")

    assert mini_built.ribbon("status", "--json").json["runs"][0]["status"] == "interrupted"


def test_while_somebody_holds_the_build_it_answers_from_the_lake_and_says_who(mini_built: Workshop) -> None:
    with duckdb.connect(str(mini_built.data / "build.duckdb")):
        ended = mini_built.ribbon("status")

    assert ended.exit_code == 0, ended.err
    assert f"process {os.getpid()} holds this file" in ended.out
    assert "shop.orders" in ended.out


def test_before_the_first_run_it_says_what_to_do(mini: Workshop) -> None:
    ended = mini.ribbon("status")

    assert ended.exit_code == 0
    assert "None yet. Run `ribbon run`" in ended.out
    assert "never" in ended.out
