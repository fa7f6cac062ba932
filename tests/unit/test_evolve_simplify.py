"""Models that add nothing go, and their reader reads on; views that are asked for hours become tables."""

from pathlib import Path

import pytest

from ribbon.evolve.rules.simplify import find_busy_views, find_idle_models
from ribbon.model import Proposal
from tests.evolve_project import Grown, applied, days_before

STORES = "select store_id, first_day, last_day from db.lake.stores"


@pytest.fixture
def grown(tmp_path: Path) -> Grown:
    """A dimension that others hand on."""
    grown = Grown(tmp_path)
    grown.model("dim_store", STORES)
    return grown


def hand_on(grown: Grown, name: str, columns: str, reads: str, folder: str = "warehouse/core", tail: str = "") -> str:
    """A model that reads another one."""
    compiled = f'select {columns} from "db"."warehouse"."{reads}" s{tail}'
    raw = f"select {columns} from {{{{ ref('{reads}') }}}} s{tail}"
    return grown.model(name, compiled, raw=raw, folder=folder, parents=[f"model.shop.{reads}"])


def found(grown: Grown) -> list[Proposal]:
    return list(find_idle_models(grown.seen))


def test_a_chain_of_renames_goes_and_its_reader_takes_the_columns_under_their_last_names(grown: Grown) -> None:
    hand_on(grown, "store_one", "store_id, first_day as begun, last_day as ended", "dim_store")
    hand_on(grown, "store_two", "store_id, begun as opened", "store_one")
    hand_on(grown, "stores", "s.store_id, s.opened", "store_two", "mart/supply")

    (proposal,) = found(grown)

    assert proposal.subject == ("model.shop.store_one", "model.shop.store_two")
    assert proposal.provable
    assert applied(proposal) == {
        "models/mart/supply/stores.sql": "select s.store_id, s.opened from"
        " (select store_id, first_day as opened from {{ ref('dim_store') }}) s",
        "models/warehouse/core/store_one.sql": None,
        "expectations/warehouse/core/store_one.yml": None,
        "models/warehouse/core/store_two.sql": None,
        "expectations/warehouse/core/store_two.yml": None,
    }


@pytest.mark.parametrize(
    ("after", "read"),
    [
        ("where store_id > 1", "{{ ref('dim_store') }} as store_some where store_id > 1"),
        (
            "join warehouse.days using (store_id)",
            "{{ ref('dim_store') }} as store_some join warehouse.days using (store_id)",
        ),
        ("group by store_id", "{{ ref('dim_store') }} as store_some group by store_id"),
        ("limit 1", "{{ ref('dim_store') }} as store_some limit 1"),
        ("", "{{ ref('dim_store') }} as store_some"),
        ("as s", "{{ ref('dim_store') }} as s"),
        ("s where s.store_id > 1", "{{ ref('dim_store') }} s where s.store_id > 1"),
    ],
)
def test_what_is_read_past_a_model_keeps_its_name_or_alias(grown: Grown, after: str, read: str) -> None:
    hand_on(grown, "store_some", "store_id, first_day", "dim_store")
    grown.model(
        "stores",
        f"select store_id from db.warehouse.store_some {after}",
        raw=f"select store_id from {{{{ ref('store_some') }}}} {after}".rstrip(),
        folder="mart/supply",
        parents=["model.shop.store_some"],
    )

    (proposal,) = found(grown)

    assert applied(proposal)["models/mart/supply/stores.sql"] == f"select store_id from {read}"


def test_an_operand_of_a_join_keeps_its_name_before_using(grown: Grown) -> None:
    hand_on(grown, "store_some", "store_id, first_day", "dim_store")
    grown.model("days", "select 1 as store_id")
    grown.model(
        "stores",
        "select store_id from db.warehouse.days join db.warehouse.store_some using (store_id)",
        raw="select store_id from {{ ref('days') }} join {{ ref('store_some') }} using (store_id)",
        folder="mart/supply",
        parents=["model.shop.days", "model.shop.store_some"],
    )

    (proposal,) = found(grown)

    assert applied(proposal)["models/mart/supply/stores.sql"] == (
        "select store_id from {{ ref('days') }} join {{ ref('dim_store') }} as store_some using (store_id)"
    )


def test_a_model_that_renames_nothing_is_read_past(grown: Grown) -> None:
    hand_on(grown, "store_some", "store_id, first_day", "dim_store")
    hand_on(grown, "stores", "s.first_day", "store_some", "mart/supply")

    (proposal,) = found(grown)

    assert applied(proposal)["models/mart/supply/stores.sql"] == "select s.first_day from {{ ref('dim_store') }} s"


@pytest.mark.parametrize(
    ("columns", "tail"),
    [("store_id, first_day", " where first_day is not null"), ("distinct store_id", ""), ("max(first_day) as day", "")],
)
def test_a_model_that_does_something_stays(grown: Grown, columns: str, tail: str) -> None:
    hand_on(grown, "store_some", columns, "dim_store", tail=tail)
    hand_on(grown, "stores", "s.*", "store_some", "mart/supply")

    assert found(grown) == []


def test_a_model_with_two_readers_stays(grown: Grown) -> None:
    hand_on(grown, "store_some", "store_id, first_day", "dim_store")
    hand_on(grown, "stores", "s.first_day", "store_some", "mart/supply")
    hand_on(grown, "openings", "s.first_day", "store_some", "mart/sales")

    assert found(grown) == []


@pytest.mark.parametrize(
    ("days", "queries", "seconds", "busy"),
    [
        (30, 60, 5, True),
        (30, 59, 9, False),
        (30, 60, 4.9, False),
        (61, 120, 5, False),
        (10, 60, 5, True),
    ],
    ids=["a month of it", "fewer queries", "fewer seconds", "over two months", "a log that is younger than a month"],
)
def test_a_view_on_a_view_that_is_asked_for_hours_becomes_a_table(
    tmp_path: Path, days: int, queries: int, seconds: float, busy: bool
) -> None:
    grown = Grown(tmp_path)
    raw = "{{ config(materialized='view') }}\nselect day from {{ ref('base') }}\n"
    grown.model("base", "select 1 as day", materialized="view")
    grown.model(
        "daily",
        "select day from db.warehouse.base",
        folder="mart/sales",
        raw=raw,
        parents=["model.shop.base"],
        materialized="view",
    )
    asked = [*days_before(days - 1, days - 1), *days_before(0) * (queries - 1)]
    grown.ask("select day from mart_sales.daily", days=asked, seconds=seconds)

    proposals = list(find_busy_views(grown.seen))

    assert bool(proposals) is busy
    for proposal in proposals:
        assert proposal.title == "mart.daily: a view on base, queried 60 times a month; make it a table"
        assert proposal.evidence[0].what == "60 queries a month take 300 seconds"
        assert proposal.subject == ("model.shop.base", "model.shop.daily")
        assert applied(proposal) == {"models/mart/sales/daily.sql": raw.replace("'view'", "'table'")}
