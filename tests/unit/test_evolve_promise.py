"""Promise more: what people rely on and nothing promises, and promises that say nothing."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.evolve.rules.promise import find_idle_expectations, find_missing_expectations
from ribbon.model import Proposal
from tests.evolve_project import TODAY, Grown, changes, days_before

YML = """
models:
  - name: sales_daily
    columns:
      - name: store_id  # as the till says
        data_type: bigint
        data_tests: [not_null]
      - name: region
        data_type: string
      - {name: amount, data_type: bigint}
"""
SALES = "select 1 as store_id, 'east' as region, 5 as amount, date '2026-01-01' as day"
BETWEEN = "expect_column_values_to_be_between"


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    shop = Grown(tmp_path)
    shop.model("sales_daily", SALES, YML, folder="mart/sales")
    return shop


def missing(shop: Grown) -> dict[str, Proposal]:
    return {proposal.subject[0].rpartition(".")[2]: proposal for proposal in find_missing_expectations(shop.seen)}


def build(shop: Grown, sql: str) -> None:
    shop.project.data_dir.mkdir(exist_ok=True)
    with duckdb.connect(str(shop.project.build_file)) as connection:
        connection.execute("create schema if not exists mart_sales")
        connection.execute(f"create or replace table mart_sales.sales_daily as {sql}")


def test_a_column_that_decides_answers_and_promises_nothing_is_told(shop: Grown) -> None:
    asked = "select sum(amount) from mart_sales.sales_daily where region = 'east' and store_id = 3"
    shop.ask(asked, days=days_before(20))

    proposals = missing(shop)

    assert list(proposals) == ["region"], "store_id promises something, and amount is only shown"
    assert proposals["region"].evidence[0].what == "region is filtered by 21 queries of 1 people"
    assert proposals["region"].gain.queries == 21
    assert not proposals["region"].edits, "nothing is built, so nothing is known to hold"


def test_what_is_grouped_or_joined_by_counts_too_and_a_query_or_two_do_not(shop: Grown) -> None:
    shop.ask("select region, count(*) from mart_sales.sales_daily group by region", days=days_before(12))
    shop.ask("select 1 from mart_sales.sales_daily where day = date '2026-01-01'", days=days_before(2))

    assert list(missing(shop)) == ["region"]


@pytest.mark.parametrize(("queries", "told"), [(10, ["region"]), (9, [])])
def test_ten_queries_of_one_person_make_it_worth_while(shop: Grown, queries: int, told: list[str]) -> None:
    shop.ask("select sum(amount) from mart_sales.sales_daily where region = 'east'", days=days_before(queries - 1))

    assert list(missing(shop)) == told


def test_two_people_make_it_worth_while(shop: Grown) -> None:
    shop.ask(
        "select 1 from mart_sales.sales_daily where day = date '2026-01-01'", days=days_before(1), who=("ann", "bob")
    )

    assert list(missing(shop)) == ["day"]


def test_what_holds_in_the_build_file_is_promised_where_it_is_declared(shop: Grown) -> None:
    build(shop, "select i % 7 as store_id, 'east' as region, i as amount, null::date as day from range(50) as t (i)")
    shop.ask("select sum(amount) from mart_sales.sales_daily where region = 'east'", days=days_before(20))

    proposal = missing(shop)["region"]

    assert changes(proposal) == ["+data_tests: [not_null]"]
    assert "store_id  # as the till says" in (proposal.edits[0].after or "")
    assert proposal.title.endswith("add not_null")


def test_a_column_that_the_contract_does_not_name_is_added_to_it(shop: Grown) -> None:
    build(shop, "select i as store_id, 'a' as region, i as amount, date '2026-01-01' as day from range(50) as t (i)")
    shop.ask("select 1 from mart_sales.sales_daily where day = date '2026-01-01'", days=days_before(20))

    assert changes(missing(shop)["day"]) == ["+- name: day", "+data_tests: [not_null]"]


def test_without_a_log_nothing_is_said(shop: Grown) -> None:
    assert not missing(shop)


def bounded(shop: Grown, *, low: float | None = 0, high: float | None = 1000, **meta: Any) -> None:
    """A model whose column `amount` is promised to be between bounds."""
    limits = {name: value for name, value in (("min_value", low), ("max_value", high)) if value is not None}
    column = {"name": "amount", "data_tests": [{BETWEEN: {"arguments": limits}}], "config": {"meta": meta}}
    yml = json.dumps({"models": [{"name": "bounded", "columns": [column]}]})
    shop.model("bounded", "select 5 as amount", yml, folder="mart/sales")


def record(shop: Grown, highest: Sequence[float], *, status: str = "pass", lowest: float = 0) -> None:
    """Runs, one for each highest value, as the hooks keep them."""
    (test_id,) = [key for key in shop.seen.project.artifacts.test_ids if "bounded" in key]
    shop.project.data_dir.mkdir(exist_ok=True)
    start = datetime.combine(TODAY, datetime.min.time()) - timedelta(days=len(highest))
    with duckdb.connect(str(shop.project.build_file)) as connection:
        connection.execute("create schema ribbon")
        connection.execute("create table ribbon.runs (run_id varchar)")
        connection.execute(
            "create table ribbon.expectation_results (run_id varchar, measured_at timestamp, test_id varchar,"
            " node_id varchar, expectation varchar, column_name varchar, arguments varchar, status varchar,"
            " observed_value varchar)"
        )
        connection.execute(
            "create table ribbon.column_profiles (run_id varchar, measured_at timestamp, node_id varchar,"
            " column_name varchar, min_value varchar, max_value varchar)"
        )
        for run, value in enumerate(highest):
            at, node = start + timedelta(days=run), "model.shop.bounded"
            result = [f"{run}", at, test_id, node, BETWEEN, "amount", "{}", status, None]
            connection.execute(f"insert into ribbon.expectation_results values ({', '.join('?' * 9)})", result)
            profile = [f"{run}", at, node, "amount", str(lowest), str(value)]
            connection.execute(f"insert into ribbon.column_profiles values ({', '.join('?' * 6)})", profile)


def idle(shop: Grown) -> list[str]:
    return [f"{each.meaning.split()[0]}: {each.evidence[0].what}" for each in find_idle_expectations(shop.seen)]


def test_bounds_far_from_all_that_was_ever_seen_are_told(shop: Grown) -> None:
    bounded(shop)
    record(shop, [40 + run % 3 for run in range(30)])

    assert idle(shop) == ["far: 0 to 1,000 are allowed and 0 to 42 were measured, in 30 runs that all passed"]


@pytest.mark.parametrize(("highest", "far"), [(99, True), (100, False)])
def test_bounds_are_far_where_less_than_a_tenth_of_them_was_used(shop: Grown, highest: float, far: bool) -> None:
    bounded(shop)
    record(shop, [highest] * 30)

    assert bool(idle(shop)) is far


@pytest.mark.parametrize(
    ("highest", "near"),
    [
        ([0, 300, 600, 600, 800], True),
        ([0, 300, 600, 600, 799], False),
        ([0, 300, 600, 800], False),
        ([0, 0, 400, 400, 800], False),
        ([0, 200, 400, 600, 500, 850], True),
        ([0, 200, 400, 300, 600, 500, 850], False),
        ([500, 600, 700, 800, 900], True),
        ([500, 600, 700, 800, 899], False),
    ],
    ids=[
        "80 % of the way",
        "less than that",
        "four runs",
        "two rises",
        "one fall in five steps",
        "two falls in six steps",
        "80 % of the way from the first",
        "less than that from the first",
    ],
)
def test_a_bound_is_near_where_most_of_the_way_was_covered_in_steps(
    shop: Grown, highest: Sequence[float], near: bool
) -> None:
    bounded(shop)
    record(shop, highest)

    assert [told[:5] for told in idle(shop)] == (["near:"] if near else [])


def test_fewer_runs_a_single_bound_or_values_that_fill_the_room_say_nothing(shop: Grown, tmp_path: Path) -> None:
    bounded(shop)
    record(shop, [40 + run % 3 for run in range(29)])
    single, filled = Grown(tmp_path / "single"), Grown(tmp_path / "filled")
    bounded(single, high=None)
    record(single, [40 + run % 3 for run in range(30)])
    bounded(filled)
    record(filled, [300 + run % 3 for run in range(30)])

    assert [idle(shop), idle(single), idle(filled)] == [[], [], []]


def test_an_expectation_that_always_fails_is_told_and_one_that_failed_once_is_not(shop: Grown, tmp_path: Path) -> None:
    bounded(shop)
    record(shop, [2000.0] * 10, status="fail")
    short = Grown(tmp_path / "short")
    bounded(short)
    record(short, [2000.0] * 9, status="fail")

    assert idle(shop) == ["always: failed in each of 10 runs, from 2026-06-20 to 2026-06-29"]
    assert idle(short) == []


def test_values_that_drift_to_a_bound_are_told(shop: Grown, tmp_path: Path) -> None:
    bounded(shop)
    record(shop, [500, 600, 700, 800, 900, 950])
    steps = Grown(tmp_path / "steps")
    bounded(steps)
    record(steps, [500, 500, 700, 700, 700, 850, 850, 950, 950])
    level = Grown(tmp_path / "level")
    bounded(level)
    record(level, [950, 940, 955, 945, 950, 948])

    assert idle(shop) == [
        "near: the measured values approach max_value run by run: 950 of 1,000, by run 600, 700, 800, 900, 950"
    ]
    assert [told[:5] for told in idle(steps)] == ["near:"]
    assert idle(level) == []


@pytest.mark.parametrize(
    ("highest", "status", "title"),
    [
        ([41.0] * 30, "pass", "has never failed, and its bounds are far off; tighten them"),
        ([500, 600, 700, 800, 900, 950], "pass", "is drifting to its max_value; find out why, or move the bound"),
        ([2000.0] * 10, "fail", "has failed in every run; fix the data or the expectation"),
    ],
    ids=["far", "near", "always"],
)
def test_the_title_says_what_is_wrong_with_which_expectation_and_what_to_do(
    shop: Grown, highest: Sequence[float], status: str, title: str
) -> None:
    bounded(shop)
    record(shop, highest, status=status)

    (proposal,) = find_idle_expectations(shop.seen)

    assert proposal.title == f"mart.bounded.amount: {BETWEEN} {title}"
    assert proposal.subject == ("model.shop.bounded.amount",)
    assert proposal.edits == ()


def test_of_a_restricted_column_no_value_is_told(shop: Grown) -> None:
    bounded(shop, restricted=True)
    record(shop, [500, 600, 700, 800, 900, 950])

    assert idle(shop) == ["near: the measured values approach max_value run by run"]
