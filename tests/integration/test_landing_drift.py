"""Drift at landing: each batch beside those before it, with what depends on what is far off."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ribbon.batch_record import BatchFacts, ColumnFacts, read_batch_record, write_record
from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import facts_of_batch
from ribbon.evolve.evidence.deliveries import Deliveries
from ribbon.land import About, DownstreamLineage, land_table
from ribbon.land.drift import overdue_delivery
from ribbon.land.ledger import Ledger
from ribbon.model import SourceTable
from tests.conftest import Workshop, deliver, write_parquet
from tests.evolve_project import Grown
from tests.landing import Landing, contract, landing

COLUMNS = {"order_id": "bigint", "price": "double", "item": "string"}
BY_FILE = {"batch_by": "_source_file"}


def orders(
    day: int, *, price: str = "i % 50 + 1", item: str = "'item ' || i % 20", number: int = 100, more: str = ""
) -> str:
    return (
        f"select {day} * 10000 + i as order_id, ({price})::double as price, {item} as item{more}"
        f" from range({number}) as t (i)"
    )


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Landing]:
    """Six usual days."""
    with landing(tmp_path, contract(COLUMNS, **BY_FILE)) as shop:
        for day in range(6):
            shop.deliver_rows(f"day-{day}.parquet", orders(day, number=100 + day % 2))
        assert not shop.land().findings
        yield shop


def said(shop: Landing, select: str, name: str = "day-8.parquet") -> list[str]:
    shop.deliver_rows(name, select)
    return [finding.what for finding in shop.land().findings]


def test_a_usual_batch_is_no_drift(shop: Landing) -> None:
    assert said(shop, orders(8)) == []


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (orders(8, price="case when i % 4 > 0 then i % 50 + 1 end"), "column price: null rate 25.0%, where 0.0%"),
        (orders(8, price="(i % 50 + 1) * 100"), "column price: highest value 5,000, where 50"),
        (orders(8, item="'item ' || i"), "column item: distinct values 1"),
        (orders(8, number=20), "rows 20, where 100"),
    ],
    ids=["nulls", "range", "distinct", "volume"],
)
def test_a_figure_that_is_far_off_is_reported_as_its_batch_lands_and_kept_in_the_record(
    shop: Landing, select: str, expected: str
) -> None:
    (what,) = said(shop, select)

    assert what.startswith(f"batch batch-day-8: {expected}")
    record = read_batch_record(shop.project.lake_dir / "shop/orders/batch=batch-day-8")
    assert len(record.drift) == 1
    assert record.facts
    assert record.facts.columns.keys() == COLUMNS.keys()


def test_batches_are_judged_by_those_of_earlier_deliveries(tmp_path: Path) -> None:
    source = contract({"day": "bigint"} | COLUMNS, batch_by="day", batch_id="day-{:02d}")

    def days(first: int, last: int) -> str:
        made = (
            f"select {day} as day, * from ({orders(day, number=10 if day > 10 else 100)})" for day in range(first, last)
        )
        return " union all ".join(made)

    with landing(tmp_path, source) as shop:
        assert said(shop, days(0, 12), "whole-year.parquet") == []
        assert said(shop, days(12, 13), "next.parquet") == ["batch day-12: rows 10, where 100 is usual"]


def test_a_correction_of_an_old_batch_is_no_small_batch(shop: Landing) -> None:
    shop.deliver_rows("day-3.parquet", f"{orders(3)} union all {orders(33, number=1)}")

    assert not shop.land().findings


def test_a_delivery_that_comes_late_is_reported(shop: Landing) -> None:
    _land_a_day_apart(shop)

    assert said(shop, orders(8)) == [
        "batch batch-day-8: it came 11 days after the one before, where one comes every 1 days"
    ]


def test_a_delivery_that_does_not_come_is_reported_though_nothing_is_new(shop: Landing) -> None:
    _land_a_day_apart(shop)
    ledger = Ledger(shop.project.lake_dir / "shop/orders")

    (finding,) = shop.land().findings

    assert finding.what == f"nothing has landed since {datetime.now(UTC).date() - timedelta(days=11)}"
    assert not overdue_delivery(shop.source, ledger, lambda *_: None, datetime.now(UTC).date() - timedelta(days=10))


def _land_a_day_apart(shop: Landing) -> None:
    """As if the six had landed on six days, the last of them eleven days ago."""
    folder = shop.project.lake_dir / "shop/orders"
    for place, batch in enumerate(sorted(folder.glob("batch=*"))):
        at = datetime.now(UTC) - timedelta(days=16 - place)
        write_record(batch, msgspec.structs.replace(read_batch_record(batch), landed_at=at))
        for file in (folder / "deliveries").glob("*.json"):
            record = json.loads(file.read_bytes())
            if record["batches"] == [batch.name.removeprefix("batch=")]:
                file.write_text(json.dumps(record | {"landed_at": at.isoformat()}))


def test_batches_without_figures_in_their_record_are_counted(shop: Landing) -> None:
    for batch in (shop.project.lake_dir / "shop/orders").glob("batch=*"):
        write_record(batch, msgspec.structs.replace(read_batch_record(batch), facts=None))

    assert said(shop, orders(8, number=20)) == ["batch batch-day-8: rows 20, where 100 is usual"]


def test_evolution_takes_the_figures_that_landing_counted(shop: Landing) -> None:
    batch = shop.project.lake_dir / "shop/orders/batch=batch-day-0"
    counted = {"price": ColumnFacts("DOUBLE", 7, 7, 7, 7)}
    write_record(batch, msgspec.structs.replace(read_batch_record(batch), facts=BatchFacts(999, counted)))

    seen = Deliveries(shop.project, shop.source)

    assert seen.facts["batch-day-0"] == BatchFacts(999, counted)
    assert facts_of_batch(seen.landed[1].files, (), "1GB", shop.project.data_dir / "tmp").rows == 101


def test_values_of_a_column_that_is_restricted_by_now_are_not_taken_from_the_record(shop: Landing) -> None:
    shop.source = contract(COLUMNS | {"price": {"data_type": "double", "restricted": True}}, **BY_FILE)

    facts = Deliveries(shop.project, shop.source).facts["batch-day-0"].columns["price"]

    assert (facts.lowest, facts.highest, facts.nulls) == (None, None, 0)


def test_figures_of_a_large_batch_are_those_of_all_its_parts(tmp_path: Path) -> None:
    """Parts of a Parquet file have dictionaries of their own: equal ones are one set, others are counted."""
    file = tmp_path / "large.parquet"
    write_parquet(
        file, "select i % 7 as same, i // 1000 as ordered, i as key, nullif(i % 3, 0) as some from range(300000) t(i)"
    )

    facts = facts_of_batch([file], (), "1GB", tmp_path).columns

    assert facts["same"].distinct == 7
    assert facts["ordered"].distinct == pytest.approx(300, rel=0.2)
    assert facts["key"].distinct == pytest.approx(300_000, rel=0.2)
    assert (facts["some"].nulls, facts["some"].distinct) == (100_000, 2)


SHOP = """
sources:
  - name: shop
    config: {meta: {from: files}}
    tables:
      - name: orders
        config: {meta: {delivery: append, file: "*.parquet", batch_by: _source_file}}
        columns:
          - {name: order_id, data_type: bigint}
          - {name: price, data_type: double}
          - {name: item, data_type: string}
"""


def grown(folder: Path, *, compiled: bool = True) -> Grown:
    """A project whose manifest has a warehouse model, a mart and a dashboard on the source."""
    grown = Grown(folder)
    grown.source(SHOP)
    sql = 'select price * 2 as usd, item from "db"."shop"."orders"'
    grown.model("fct_order", sql if compiled else "", parents=["source.shop.shop.orders"])
    mart = "select sum(usd) as revenue_usd from db.warehouse.fct_order"
    grown.model("sales", mart if compiled else "", folder="mart/sales", parents=["model.shop.fct_order"])
    grown.exposure("board", "model.shop.sales")
    grown.write()
    return grown


def downstream(folder: Path, source: SourceTable, column: str | None, *, compiled: bool = True) -> Any:
    project = grown(folder, compiled=compiled).project
    return DownstreamLineage(project, {str(source): "source.shop.shop.orders"})(source, column)


def test_what_depends_on_a_column_is_named_down_to_the_uses(tmp_path: Path) -> None:
    assert downstream(tmp_path, contract(COLUMNS), "price") == {
        "columns": ("warehouse.fct_order.usd", "mart.sales.revenue_usd"),
        "relations": ("warehouse.fct_order", "mart.sales"),
        "use_cases": ("sales",),
        "exposures": ("board",),
    }
    assert downstream(tmp_path, contract(COLUMNS), "order_id")["relations"] == ()


def test_of_a_new_column_and_of_the_whole_table_the_readers_of_the_table_are_named(tmp_path: Path) -> None:
    for column in ("colour", None):
        found = downstream(tmp_path, contract(COLUMNS), column)
        assert (found["columns"], found["relations"]) == ((), ("warehouse.fct_order", "mart.sales"))
        assert found["exposures"] == ("board",)


def test_without_compiled_sql_the_relations_are_named(tmp_path: Path) -> None:
    found = downstream(tmp_path, contract(COLUMNS), "price", compiled=False)

    assert (found["relations"], found["exposures"]) == (("warehouse.fct_order", "mart.sales"), ("board",))


def test_without_a_manifest_nothing_is_known_and_landing_goes_on(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")

    assert DownstreamLineage(project, {"shop.orders": "source.shop.shop.orders"})(contract(COLUMNS), "price") is None


@pytest.mark.parametrize(
    ("select", "column"),
    [
        (orders(8, more=", 1 as colour"), "colour"),
        (orders(8).replace("as price", "as cost"), "price"),
        (orders(8, price="i % 50 + 1").replace("::double as price", "::varchar as price"), "price"),
    ],
    ids=["new", "renamed", "retyped"],
)
def test_columns_that_differ_name_what_depends_on_them_and_the_command_that_accepts_them(
    shop: Landing, select: str, column: str
) -> None:
    asked: list[str | None] = []

    def note(_source: SourceTable, name: str | None) -> Mapping[str, list[str]]:
        asked.append(name)
        return {"relations": ["mart.sales"]}

    shop.deliver_rows("day-8.parquet", select)
    outcome = land_table(shop.project, shop.source, None, shop.bench, shop.door, About(downstream=note))

    finding = next(each for each in outcome.findings if each.column == column)
    assert finding.downstream == {"relations": ["mart.sales"]}
    assert column in asked
    assert "`ribbon evolve`" in finding.remedy
    if column == "price":
        assert "`ribbon quarantine release shop.orders`" in finding.remedy
        assert not outcome.landed_rows


def test_the_command_reports_drift_with_what_depends_on_it(mini_built: Workshop) -> None:
    deliver(
        mini_built,
        "orders_3.parquet",
        "select 5::bigint as order_id, 'apple' as item, 1::bigint as quantity, 3::bigint as day, 'red' as colour",
    )

    landed = mini_built.ribbon("land", "--json")

    assert landed.exit_code == 0, landed.err
    (finding,) = landed.json["findings"]
    assert (finding["column"], finding["severity"]) == ("colour", "warn")
    assert "warehouse.fct_order" in finding["downstream"]["relations"]
    deliver(
        mini_built,
        "orders_4.parquet",
        "select 6::bigint as order_id, 'apple' as item, 'two' as quantity, 3::bigint as day",
    )
    shown = mini_built.ribbon("land")
    assert shown.exit_code == 1
    assert "Downstream: " in shown.err
    assert "`ribbon quarantine release shop.orders`" in shown.err
