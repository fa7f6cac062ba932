"""Follow the source: tables that nobody declared, and what nothing reads."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from ribbon.evolve.rules.follow_sources import find_new_tables, find_unused_sources
from tests.evolve_project import Grown, applied, days_before

CONTRACT = """
sources:
  - name: shop
    config: {meta: {from: files, owner: till@example.com}}
    tables:
      - name: orders
        config: {meta: {delivery: append, file: "orders*.parquet"}}
        columns:
          - {name: order_id, data_type: bigint}
          - {name: item, data_type: string}
          - {name: note, data_type: string}
          - {name: _batch_id, data_type: string}
      # of last year
      - name: items
        config: {meta: {delivery: snapshot, file: "items*.parquet"}}
        columns: [{name: item, data_type: string}]
"""
RETURNS = (
    "select i as return_id, 'a' || i as reason, 1.5::double as refund_usd, null::date as paid_on"
    " from range(50) as t (i)"
)


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    """Two sources; a warehouse model reads two columns of one."""
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    shop.model(
        "fct_order",
        'select order_id from "db"."shop"."orders" where item is not null',
        parents=["source.shop.shop.orders"],
    )
    shop.offer("orders_1.parquet", "select 1 as order_id")
    return shop


def test_files_of_declared_tables_are_no_new_table(shop: Grown) -> None:
    shop.offer("orders_extra_2026.parquet", "select 1 as order_id")

    assert not list(find_new_tables(shop.seen))


def test_a_file_that_no_contract_names_is_scaffolded(shop: Grown) -> None:
    shop.offer("returns_2026-01.parquet", RETURNS)
    shop.offer("returns_2026-02.parquet", RETURNS)

    (proposal,) = find_new_tables(shop.seen)

    assert proposal.subject == ("source.shop.shop.returns",)
    assert proposal.ask == ("till@example.com",)
    files = applied(proposal)
    assert list(files) == [
        "expectations/lake/shop.yml",
        "models/warehouse/staging/shop/stg_shop__returns.sql",
        "expectations/warehouse/staging/shop/stg_shop__returns.yml",
    ]
    tables = yaml.safe_load(files["expectations/lake/shop.yml"] or "")["sources"][0]["tables"]
    assert [table["name"] for table in tables] == ["orders", "items", "returns"]
    assert tables[2]["config"]["meta"] == {
        "delivery": "upsert",
        "file": "returns*.parquet",
        "key": ["return_id"],
    }, "the second file has the rows of the first again"
    assert tables[2]["columns"][0] == {"name": "return_id", "data_type": "bigint", "data_tests": ["not_null"]}
    assert "cast(refund_usd as numeric(18, 6)) as refund_usd,\n        paid_on\n" in (
        files["models/warehouse/staging/shop/stg_shop__returns.sql"] or ""
    )
    model = yaml.safe_load(files["expectations/warehouse/staging/shop/stg_shop__returns.yml"] or "")["models"][0]
    assert [column["name"] for column in model["columns"]] == ["return_id", "reason", "refund_usd", "paid_on"]
    assert model["columns"][0]["data_tests"] == ["unique", "not_null"]
    assert model["columns"][3] == {"name": "paid_on", "data_type": "date"}


def test_a_column_of_distinct_values_is_the_key(shop: Grown) -> None:
    shop.offer("returns.parquet", RETURNS)

    (proposal,) = find_new_tables(shop.seen)

    assert "data_tests: [unique, not_null]" in (
        applied(proposal)["expectations/warehouse/staging/shop/stg_shop__returns.yml"] or ""
    )
    assert "current(source('shop', 'returns'))" in (
        applied(proposal)["models/warehouse/staging/shop/stg_shop__returns.sql"] or ""
    )


def test_text_is_proposed_as_ribbon_add_writes_it(shop: Grown) -> None:
    (shop.folder / "files/Refunds.csv").write_text("Refund ID;Paid On;EUR\n001;31.12.2025;1,50\n002;01.01.2026;2\n")

    (proposal,) = find_new_tables(shop.seen)

    table = yaml.safe_load(applied(proposal)["expectations/lake/shop.yml"] or "")["sources"][0]["tables"][-1]
    assert table["config"]["meta"] == {
        "delivery": "snapshot",
        "file": "Refunds*.csv",
        "format": {"type": "csv", "delimiter": ";", "decimal": ","},
    }
    assert [(column["name"], column["data_type"]) for column in table["columns"][:3]] == [
        ("refund_id", "string"),
        ("paid_on", "date"),
        ("eur", "numeric(18, 6)"),
    ]


def test_what_cannot_land_is_not_proposed(shop: Grown) -> None:
    (shop.folder / "files/settings.json").write_text('{\n  "a": 1\n}')

    assert not list(find_new_tables(shop.seen))


@pytest.mark.parametrize(("rows", "is_key"), [(10, True), (9, False)])
def test_a_key_is_told_from_ten_rows_on(shop: Grown, rows: int, is_key: bool) -> None:
    shop.offer("returns.parquet", RETURNS.replace("range(50)", f"range({rows})").replace("return_id", "place"))

    (proposal,) = find_new_tables(shop.seen)

    assert (
        "unique" in (applied(proposal)["expectations/warehouse/staging/shop/stg_shop__returns.yml"] or "")
    ) is is_key


def test_what_nothing_reads_is_told_of_tables_and_of_columns(shop: Grown) -> None:
    found = {proposal.subject: proposal.meaning for proposal in find_unused_sources(shop.seen)}

    assert found == {
        ("source.shop.shop.items",): "unused table",
        ("source.shop.shop.orders.note",): "unused columns",
    }


def test_the_columns_of_a_system_are_told_together(shop: Grown) -> None:
    shop.model("item", 'select 1 as one from "db"."shop"."items"', parents=["source.shop.shop.items"])

    (proposal,) = find_unused_sources(shop.seen)

    assert proposal.subject == ("source.shop.shop.orders.note", "source.shop.shop.items.item")
    assert proposal.title.startswith("shop: 2 columns of 2 tables: no model reads them")


def test_what_people_ask_for_in_the_lake_is_used(shop: Grown) -> None:
    shop.ask("select item from shop.items", days=days_before(10))
    shop.ask("select note from shop.orders", days=days_before(10))

    assert not list(find_unused_sources(shop.seen))


def test_a_column_that_a_test_elsewhere_compares_with_is_used(shop: Grown) -> None:
    compare = "{arguments: {measure: count(*), compare_measure: count(note), compare_to: \"source('shop', 'orders')\"}}"
    yml = f"models:\n  - name: fct_note\n    data_tests:\n      - ribbon.expect_rows_to_reconcile: {compare}\n"
    shop.model("fct_note", "select 1 as one", yml)
    shop.read_by_tests("fct_note", "source.shop.shop.orders")

    assert [proposal.subject[0] for proposal in find_unused_sources(shop.seen)] == ["source.shop.shop.items"]


def test_a_reader_that_is_not_understood_leaves_its_source_alone(shop: Grown) -> None:
    shop.model("odd", "select ( from", parents=["source.shop.shop.orders"])

    assert [proposal.subject[0] for proposal in find_unused_sources(shop.seen)] == ["source.shop.shop.items"]


def test_a_source_that_has_no_batch_and_no_file_is_not_measured(shop: Grown) -> None:
    shop.batch("shop/items", "1", "select 'a' as item", date(2026, 1, 1))

    assert shop.seen.deliveries["source.shop.shop.items"].landed
    assert not list(find_new_tables(shop.seen))
