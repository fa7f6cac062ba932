"""`ribbon status`: one screen of runs, failures and sources, from history, also while somebody holds the build."""

import os

import duckdb

from tests.conftest import Workshop, edit, write_files

DIM_ITEM = """
models:
  - name: dim_item
    columns:
      - name: item
        data_tests:
          - accepted_values: {arguments: {values: [pear]}, config: {severity: warn}}
          - not_null
      - name: price
        data_tests:
          - ribbon.expect_column_values_to_be_between:
              {arguments: {max_value: 1.6}, config: {meta: {on_unexpected: quarantine}}}
"""


def test_all_is_well(mini_built: Workshop) -> None:
    ended = mini_built.ribbon("status")

    assert ended.exit_code == 0, ended.err
    assert "dbt build" in ended.out
    assert "passed" in ended.out
    assert "Nothing." in ended.out
    assert "7 passed, 0 amber, 0 red" in ended.out
    assert "shop.orders" in ended.out


def test_what_failed_is_named_and_the_exit_code_is_one(mini_built: Workshop) -> None:
    edit(mini_built, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", "5000 as")
    mini_built.dbt("build", "--select", "sales_daily")

    ended = mini_built.ribbon("status", "--json")

    assert ended.exit_code == 1
    assert ended.json["red"] is True
    assert [failed["unique_id"] for failed in ended.json["failed"]] == ["model.mini.sales_daily"]
    (red,) = ended.json["checks"]["red"]
    assert red["expectation"] == "expect_column_values_to_be_between"
    assert (red["unexpected_count"], red["element_count"]) == (2, 2)
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


def test_what_is_amber_ungated_or_set_aside_is_told_and_is_not_red(mini_built: Workshop) -> None:
    write_files(
        mini_built.project,
        {
            "expectations/warehouse/orders/dim_item.yml": DIM_ITEM,
            "tests/no_free_item.sql": "select * from {{ ref('dim_item') }} where price = 0",
        },
    )
    edit(mini_built, "dbt_project.yml", "model-paths:", "test-paths: [tests]\nmodel-paths:")
    ended = mini_built.dbt("build", "--select", "dim_item")
    assert ended.exit_code == 0, ended.out

    shown = mini_built.ribbon("status")
    told = mini_built.ribbon("status", "--json").json

    assert shown.exit_code == 0, shown.out
    assert "2 amber, 0 red" in shown.out
    assert "1 test: singular tests are not gated: no_free_item" in shown.out
    assert [check["expectation"] for check in told["ungated"]] == ["no_free_item"]
    assert {check["expectation"]: check["quarantined"] for check in told["checks"]["amber"]} == {
        "accepted_values": 0,
        "expect_column_values_to_be_between": 1,
    }
    assert told["quarantined_rows"] == {"warehouse.dim_item__quarantine": 1}
    assert told["red"] is False


def test_a_build_file_from_before_checks_were_kept_is_read_all_the_same(mini_built: Workshop) -> None:
    with duckdb.connect(str(mini_built.data / "build.duckdb")) as build:
        build.execute("drop table ribbon.expectation_results")

    ended = mini_built.ribbon("status")

    assert ended.exit_code == 0, ended.err
    assert "0 passed, 0 amber, 0 red" in ended.out
