"""Drift: the newest batch against those before it, by medians."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ribbon.evolve.evidence.drift import usual
from ribbon.evolve.rules.follow_sources import find_drift
from ribbon.model import Proposal
from tests.evolve_project import TODAY, Grown

CONTRACT = """
sources:
  - name: shop
    config: {meta: {from: files}}
    tables:
      - name: orders
        config: {meta: {delivery: append, file: "orders*.parquet", batch_by: day}}
        columns:
          - {name: order_id, data_type: bigint, data_tests: [unique]}
          - {name: item, data_type: string}
          - {name: price, data_type: double}
          - {name: day, data_type: bigint}
"""


def rows(day: int, *, number: int = 100, item: str = "'item ' || i % 20", price: str = "i % 50 + 1") -> str:
    return (
        f"select {day} * 10000 + i as order_id, {item} as item, ({price})::double as price, {day} as day"
        f" from range({number}) as t (i)"
    )


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    """Eight usual batches, a day apart, of 100 rows give or take a few; a mart and a dashboard on them."""
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    shop.model("fct_order", 'select price * 2 as usd from "db"."shop"."orders"', parents=["source.shop.shop.orders"])
    shop.model(
        "sales",
        "select sum(usd) as n from db.warehouse.fct_order",
        folder="mart/sales",
        parents=["model.shop.fct_order"],
    )
    shop.exposure("board", "model.shop.sales")
    for day in range(8):
        shop.batch("shop/orders", f"day-{day:02}", rows(day, number=100 + day % 3), TODAY - timedelta(days=9 - day))
    return shop


def found(shop: Grown) -> list[Proposal]:
    return list(find_drift(shop.seen))


def add(shop: Grown, made: str, name: str = "day-08", landed: date = TODAY - timedelta(days=1)) -> list[str]:
    shop.batch("shop/orders", name, made, landed)
    return [
        f"{proposal.subject[0].removeprefix('source.shop.shop.orders')} {proposal.meaning}" for proposal in found(shop)
    ]


def test_a_usual_batch_is_no_drift_though_keys_and_days_go_on(shop: Grown) -> None:
    assert add(shop, rows(8)) == []


def test_nulls_that_come_are_told_with_what_depends_on_them(shop: Grown) -> None:
    assert add(shop, rows(8, price="case when i % 4 > 0 then i % 50 + 1 end")) == [".price null rate day-08"]

    (proposal,) = found(shop)
    assert "price: null rate 25.0%, where 0.0% is usual" in proposal.title
    assert proposal.evidence[-1].what == (
        "depending on it: 2 relations: warehouse.fct_order, mart.sales; 1 use case: sales; 1 exposure: board"
    )


def test_a_few_nulls_are_chance(shop: Grown) -> None:
    assert add(shop, rows(8, price="case when i > 2 then i % 50 + 1 end")) == []


def test_a_volume_that_halves_is_told_and_a_smaller_change_is_not(shop: Grown) -> None:
    assert add(shop, rows(8, number=70)) == []
    assert add(shop, rows(9, number=20), "day-09") == [" rows day-09"]


def test_late_rows_of_an_old_batch_are_no_small_batch(shop: Grown) -> None:
    assert add(shop, rows(7, number=1), "day-07.2") == []


def test_values_out_of_the_range_are_told(shop: Grown) -> None:
    assert add(shop, rows(8, price="(i % 50 + 1) * 100")) == [".price highest value day-08"]


def test_a_value_a_little_out_of_the_range_is_not(shop: Grown) -> None:
    assert add(shop, rows(8, price="i % 50 + 5")) == []


def test_many_more_distinct_values_are_told_and_more_rows_of_the_same_are_not(shop: Grown) -> None:
    assert add(shop, rows(8, item="'item ' || i")) == [".item distinct values day-08"]


def test_five_batches_are_needed(tmp_path: Path) -> None:
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    for day in range(5):
        shop.batch("shop/orders", f"day-{day:02}", rows(day, number=100 if day < 4 else 1), TODAY)

    assert not found(shop)


def test_a_delivery_that_stopped_is_told(shop: Grown) -> None:
    assert not found(shop)
    later = TODAY + timedelta(days=4)
    assert not list(find_drift(shop.seen_on(TODAY + timedelta(days=1))))

    told = [proposal.title for proposal in find_drift(shop.seen_on(later))]

    assert told == ["shop.orders: nothing has landed since 2026-06-28; ask for it, or declare that it ended"]


def test_values_of_restricted_columns_are_never_told(tmp_path: Path) -> None:
    shop = Grown(tmp_path)
    shop.source(CONTRACT.replace("data_type: double}", "data_type: double, config: {meta: {restricted: true}}}"))
    for day in range(8):
        shop.batch("shop/orders", f"day-{day:02}", rows(day), TODAY - timedelta(days=9 - day))

    assert add(shop, rows(8, price="(i % 50 + 1) * 100")) == []


def test_batches_that_are_counted_once_are_remembered(shop: Grown) -> None:
    found(shop)
    kept = shop.project.data_dir / "evolve/shop.orders.json"
    kept.write_bytes(kept.read_bytes().replace(b'"rows":100', b'"rows":999'))

    assert {facts.rows for facts in shop.seen.deliveries["source.shop.shop.orders"].facts.values()} == {999, 101, 102}


def test_a_few_odd_figures_do_not_hide_the_next_and_a_trend_is_no_level() -> None:
    level = usual([10, 11, 9, 10, 500, 10, 11])

    assert level
    assert level.is_far(100, at_least=5)
    assert not level.is_far(14, at_least=5)
    assert usual([1, 2, 3, 4, 5, 6]) is None
    assert usual([10, 10, 10, 10]) is None


def test_of_few_batches_only_nulls_that_are_far_from_each_are_told(tmp_path: Path) -> None:
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    shop.batch("shop/orders", "day-00", rows(0, price="case when i % 10 > 0 then i end"), TODAY)

    shop.offer("orders_1.parquet", rows(1, number=10, price="case when i % 10 > 2 then i end"))
    assert not found(shop)
    shop.offer("orders_1.parquet", rows(1, number=10, price="case when i % 10 > 4 then i end"))
    assert [(each.subject[0], each.meaning) for each in found(shop)] == [
        ("source.shop.shop.orders.price", "null rate orders_1.parquet")
    ]
