"""Mend the layers: what reads across them, and a trial that people rely on."""

from pathlib import Path

import pytest

from ribbon.evolve.rules.mend import find_layer_breaches, find_outgrown_use_cases
from ribbon.model import Proposal
from tests.evolve_project import Grown, applied, changes, days_before

CONTRACT = """
sources:
  - name: shop
    tables:
      - name: orders
        columns: [{name: order_id, data_type: bigint}, {name: price, data_type: double}]
"""
RAW = "select order_id from {{ source('shop', 'orders') }}\n"
COMPILED = 'select order_id from "db"."shop"."orders"'
SOURCE = "source.shop.shop.orders"
BASELINE = """
groups:
  # to be mended this year
  - name: layer_baseline
    owner: {name: Data platform}
    config:
      meta:
        breaches:
          - {model: sales_daily, reads: orders, because: the dashboard was there first}
          - {model: other, reads: orders, because: it is tried}
"""


def use_case(stage: str, name: str = "sales") -> str:
    config = f"    config:\n      meta: {{stage: {stage}, audience: all}}\n"
    return f"groups:\n  - name: {name}\n    owner: {{name: Ann}}\n{config}"


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    return shop


def reading_the_lake(shop: Grown, stage: str) -> None:
    shop.group("sales", use_case(stage))
    shop.model("sales_daily", COMPILED, folder="mart/sales", raw=RAW, parents=[SOURCE])


def found(shop: Grown) -> list[Proposal]:
    return list(find_layer_breaches(shop.seen))


def test_a_mart_on_the_lake_gets_the_model_that_is_missing_in_between(shop: Grown) -> None:
    reading_the_lake(shop, "stable")

    (proposal,) = found(shop)

    assert proposal.title == "mart.sales_daily read the lake (shop.orders): add the warehouse model orders in between"
    files = applied(proposal)
    assert files["models/mart/sales/sales_daily.sql"] == "select order_id from {{ ref('orders') }}\n"
    assert "        order_id,\n        price\n    from source" in (files["models/warehouse/shop/orders.sql"] or "")
    assert "data_type: double" in (files["expectations/warehouse/shop/orders.yml"] or "")
    assert proposal.provable


def test_a_warehouse_model_that_hands_on_what_is_needed_is_read_instead(shop: Grown) -> None:
    shop.model("fct_order", 'select order_id, price * 2 as price from "db"."shop"."orders"', parents=[SOURCE])
    reading_the_lake(shop, "growing")

    (proposal,) = found(shop)

    assert changes(proposal) == [f"-{RAW.strip()}", "+select order_id from {{ ref('fct_order') }}"]


@pytest.mark.parametrize(
    "sql",
    [
        'select order_id + 1 as order_id from "db"."shop"."orders"',
        'select order_id from "db"."shop"."orders" where price > 0',
        'select price from "db"."shop"."orders"',
    ],
    ids=["computes it", "has other rows", "lacks it"],
)
def test_a_warehouse_model_that_says_something_else_is_not_the_one(shop: Grown, sql: str) -> None:
    shop.model("fct_order", sql, parents=[SOURCE])
    reading_the_lake(shop, "stable")

    assert "add the warehouse model orders in between" in found(shop)[0].title


def test_a_mart_on_trial_may_read_the_lake(shop: Grown) -> None:
    reading_the_lake(shop, "exploring")

    assert not found(shop)


def test_what_the_baseline_accepts_is_mended_and_leaves_it(shop: Grown) -> None:
    reading_the_lake(shop, "stable")
    shop.group("layer_baseline", BASELINE)

    (proposal,) = found(shop)

    baseline = applied(proposal)["expectations/mart/layer_baseline/_use_case.yml"] or ""
    assert "sales_daily" not in baseline
    assert "# to be mended this year" in baseline
    assert "- {model: other, reads: orders, because: it is tried}" in baseline


def test_two_marts_on_a_source_share_the_model(shop: Grown) -> None:
    reading_the_lake(shop, "stable")
    shop.model("sales_weekly", COMPILED, folder="mart/sales", raw=RAW, parents=[SOURCE])

    (proposal,) = found(shop)

    assert proposal.title.startswith("mart.sales_daily, mart.sales_weekly read the lake")


def test_marts_of_other_use_cases_and_the_warehouse_must_not_read_a_mart(shop: Grown) -> None:
    shop.model("sales_daily", "select 1 as order_id", folder="mart/sales")
    read = {"parents": ["model.shop.sales_daily"]}
    sql = "select order_id from db.mart_sales.sales_daily"
    shop.model("late_payer", sql, folder="mart/risk", **read)
    shop.model("best_day", sql, **read)
    shop.model("sales_weekly", sql, folder="mart/sales", **read)

    proposals = {proposal.subject[0]: proposal for proposal in found(shop)}

    assert proposals.keys() == {"model.shop.late_payer", "model.shop.best_day"}
    assert proposals["model.shop.late_payer"].evidence[0].what == "mart.late_payer selects order_id from it"


def test_an_id_is_the_same_in_every_version_for_people_have_dismissed_it(shop: Grown) -> None:
    reading_the_lake(shop, "stable")
    shop.group("trial", use_case("exploring", "trial"))
    shop.model("try_out", COMPILED, folder="mart/trial", raw=RAW, parents=[SOURCE])
    shop.model("best_day", "select order_id from db.mart_sales.sales_daily", parents=["model.shop.sales_daily"])
    shop.ask("select order_id from mart_trial.try_out", days=days_before(90, step=2), who=("ann", "bob", "eve"))

    proposals = [*found(shop), *find_outgrown_use_cases(shop.seen)]

    assert {proposal.id: proposal.subject[0] for proposal in proposals} == {
        "mend-62d234": "model.shop.sales_daily",
        "mend-6cebe6": "model.shop.best_day",
        "mend-14cb70": "group.shop.trial",
    }


def test_where_no_folder_says_what_a_mart_is_nothing_is_a_breach(shop: Grown) -> None:
    shop.model("report", COMPILED, folder="reports", raw=RAW, parents=[SOURCE])

    assert not found(shop)


def test_a_trial_that_many_ask_often_and_since_long_has_outgrown_it(shop: Grown) -> None:
    reading_the_lake(shop, "exploring")
    shop.ask("select order_id from mart_sales.sales_daily", days=days_before(90, step=2), who=("ann", "bob", "eve"))

    (proposal,) = find_outgrown_use_cases(shop.seen)

    assert changes(proposal) == ["-meta: {stage: exploring, audience: all}", "+meta: {stage: growing, audience: all}"]


@pytest.mark.parametrize(("queries", "days", "outgrown"), [(100, 60, True), (99, 60, False), (100, 59, False)])
def test_a_trial_ends_with_a_hundred_queries_over_sixty_days(
    shop: Grown, queries: int, days: int, outgrown: bool
) -> None:
    reading_the_lake(shop, "exploring")
    sql = "select order_id from mart_sales.sales_daily"
    shop.ask(sql, days=days_before(days, days))
    shop.ask(sql, days=days_before(0), who=("bob", "eve"))
    shop.ask(sql, days=days_before(0) * (queries - 3))

    assert bool(list(find_outgrown_use_cases(shop.seen))) is outgrown


@pytest.mark.parametrize(
    ("stage", "first", "who"),
    [("growing", 90, "abc"), ("exploring", 40, "abcd"), ("exploring", 200, "ab")],
    ids=["not on trial", "young", "two people"],
)
def test_a_trial_that_is_one_stays_one(shop: Grown, stage: str, first: int, who: str) -> None:
    reading_the_lake(shop, stage)
    shop.ask("select order_id from mart_sales.sales_daily", days=days_before(first), who=tuple(who))

    assert not list(find_outgrown_use_cases(shop.seen))
