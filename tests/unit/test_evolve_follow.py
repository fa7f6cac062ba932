"""Follow the source: columns that come, go, or change name or type."""

from datetime import date
from pathlib import Path

import pytest

from ribbon.evolve.rules.follow_columns import find_changed_columns
from ribbon.model import Proposal
from tests.evolve_project import Grown, applied, changes

CONTRACT = """
sources:
  - name: shop  # the till
    schema: lake
    config:
      meta: {from: files}
    tables:
      - name: orders
        config:
          meta: {delivery: append, file: "orders*.parquet"}
        columns:
          - {name: order_id, data_type: bigint}
          - name: item
            data_type: string
          - {name: quantity, data_type: bigint}
          - {name: _batch_id, data_type: string}
"""
RAW = """
with source as (
    select *
    from {{ source('shop', 'orders') }}
)

select
    order_id,
    item,
    quantity * 2 as pieces
from source
"""
COMPILED = (
    'with source as (select * from "db"."shop"."orders") select order_id, item, quantity * 2 as pieces from source'
)
ROWS = "select i as order_id, 'item ' || i % 50 as item, i * 3 as quantity from range(100) as t (i)"


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    """A source with a batch, a warehouse model on it, a mart and a dashboard."""
    shop = Grown(tmp_path)
    shop.source(CONTRACT)
    yml = "models:\n  - name: fct_order\n    columns:\n      - {name: order_id, data_type: bigint}\n"
    shop.model("fct_order", COMPILED, yml, raw=RAW, parents=["source.shop.shop.orders"])
    shop.model(
        "sales",
        "select sum(pieces) as n from db.warehouse.fct_order",
        folder="mart/sales",
        parents=["model.shop.fct_order"],
    )
    shop.exposure("board", "model.shop.sales")
    shop.batch("shop/orders", "day-01", ROWS, date(2026, 6, 1))
    return shop


def found(shop: Grown) -> list[Proposal]:
    return list(find_changed_columns(shop.seen))


def only(shop: Grown) -> Proposal:
    (proposal,) = found(shop)
    return proposal


def test_a_delivery_as_declared_proposes_nothing(shop: Grown) -> None:
    assert not found(shop)
    shop.offer("orders_2.parquet", ROWS)
    assert not found(shop)


def test_a_new_column_is_declared_and_passed_through(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("as quantity", "as quantity, 'web' as channel"))

    proposal = only(shop)

    assert proposal.title == "shop.orders.channel is new: declare it and pass it on"
    assert changes(proposal) == [
        "+- {name: channel, data_type: string}",
        "+channel,",
        "+- {name: channel, data_type: string}",
    ]
    assert "- name: shop  # the till" in (applied(proposal)["expectations/lake/shop.yml"] or "")
    assert "    item,\n    channel,\n    quantity * 2 as pieces" in (
        applied(proposal)["models/warehouse/core/fct_order.sql"] or ""
    )


def test_a_new_column_of_a_landed_batch_is_seen_without_files_on_offer(shop: Grown) -> None:
    shop.batch("shop/orders", "day-02", ROWS.replace("as quantity", "as quantity, 'web' as channel"), date(2026, 6, 2))

    assert [each.subject for each in found(shop)] == [("source.shop.shop.orders.channel",)]


def test_load_columns_are_not_new(shop: Grown) -> None:
    shop.batch("shop/orders", "day-02", ROWS.replace("as quantity", "as quantity, 'x' as _extra"), date(2026, 6, 2))

    assert not found(shop)


def test_a_column_that_is_gone_names_what_depends_on_it(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace(", i * 3 as quantity", ""))

    proposal = only(shop)

    assert proposal.title.startswith("shop.orders.quantity is no longer delivered: have it delivered again")
    assert proposal.evidence[-1].what == (
        "depending on it: 2 relations: warehouse.fct_order, mart.sales; 1 use case: sales; 1 exposure: board"
    )
    assert proposal.gain.use_cases == 1
    assert not proposal.edits


def test_a_column_that_no_batch_had_yet_is_not_gone(shop: Grown) -> None:
    declared = CONTRACT.replace(
        "          - {name: _batch", "          - {name: voucher, data_type: string}\n          - {name: _batch"
    )
    shop.source(declared)

    assert not found(shop)


def test_the_same_values_under_another_name_are_mapped(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("as quantity", "as units"))

    proposal = only(shop)

    assert proposal.title == "shop.orders.quantity is now delivered as units: map it"
    assert changes(proposal) == [
        "-- {name: quantity, data_type: bigint}",
        "+- {name: units, data_type: bigint, config: {meta: {formerly: quantity}}}",
        "-quantity * 2 as pieces",
        "+units * 2 as pieces",
    ]


def test_other_values_under_another_name_are_a_column_gone_and_a_column_new(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("i * 3 as quantity", "i * 3 + 1 as discount"))

    assert {each.meaning for each in found(shop)} == {"missing", "new BIGINT"}


def test_few_values_that_agree_by_chance_are_no_rename(shop: Grown) -> None:
    """Two flags of zeros and ones have the same values, whatever they mean."""
    declared = CONTRACT.replace(
        "          - {name: _batch", "          - {name: is_gift, data_type: bigint}\n          - {name: _batch"
    )
    shop.source(declared)
    shop.batch("shop/orders", "day-02", f"select *, order_id % 2 as is_gift from ({ROWS})", date(2026, 6, 2))
    shop.offer("orders_2.parquet", f"select *, order_id % 2 as is_online from ({ROWS})")

    assert {each.meaning for each in found(shop)} == {"missing", "new BIGINT"}

    shop.offer("orders_2.parquet", f"select *, order_id % 2 as gift_flag from ({ROWS})")
    assert [each.subject[1] for each in found(shop)] == ["source.shop.shop.orders.gift_flag"]


def test_where_two_columns_could_be_the_renamed_one_none_is(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("as quantity", "as units, i * 3 as pieces"))

    assert {each.meaning for each in found(shop)} == {"missing", "new BIGINT"}


def test_another_type_is_declared_and_a_narrower_one_is_none(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("i * 3 as quantity", "(i * 3)::varchar as quantity"))
    assert changes(only(shop)) == [
        "-- {name: quantity, data_type: bigint}",
        "+- {name: quantity, data_type: string}",
    ]

    shop.offer("orders_2.parquet", ROWS.replace("i * 3 as quantity", "(i * 3)::integer as quantity"))
    assert not found(shop)


def test_the_id_stays_while_the_same_change_is_seen(shop: Grown) -> None:
    shop.offer("orders_2.parquet", ROWS.replace("as quantity", "as quantity, 'web' as channel"))
    first = only(shop).id
    shop.offer("orders_3.parquet", ROWS.replace("as quantity", "as quantity, 'app' as channel"))

    assert only(shop).id == first
