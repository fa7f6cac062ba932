"""Retire: columns of a mart that is asked for, which nobody asks for."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ribbon.evolve.rules.retire import find_unused_columns
from tests.evolve_project import Grown, days_before

YML = """
models:
  - name: sales_daily
    columns:
      - {name: day, data_tests: [unique]}
      - {name: amount}
      - {name: margin}
"""
SQL = "select date '2026-01-01' as day, 5 as amount, 2 as margin, 1 as _batch_id"
YEAR = days_before(365, step=7)
ASKED = "select amount from mart_sales.sales_daily"


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    shop = Grown(tmp_path)
    shop.model("sales_daily", SQL, YML, folder="mart/sales")
    return shop


def found(shop: Grown) -> list[str]:
    return [column for proposal in find_unused_columns(shop.seen) for column in proposal.subject]


def test_a_column_that_no_query_names_is_told_and_the_key_is_kept(shop: Grown) -> None:
    shop.ask(ASKED, days=YEAR)

    assert found(shop) == ["model.shop.sales_daily.margin"]


def test_a_column_that_is_asked_for_or_taken_with_all_others_is_used(shop: Grown) -> None:
    shop.ask(ASKED, days=YEAR)
    shop.ask("select * from mart_sales.sales_daily", days=days_before(30, 30))

    assert not found(shop)


def test_a_column_that_something_is_made_from_is_used(shop: Grown) -> None:
    shop.ask(ASKED, days=YEAR)
    shop.model(
        "best_day",
        "select day from db.mart_sales.sales_daily where margin > 0",
        folder="mart/sales",
        parents=["model.shop.sales_daily"],
    )

    assert not found(shop)


@pytest.mark.parametrize(("queries", "known"), [(30, True), (29, False)])
def test_of_a_mart_that_is_seldom_asked_little_is_known(shop: Grown, queries: int, known: bool) -> None:
    shop.ask(ASKED, days=days_before(365, step=7)[:1] + days_before(0) * (queries - 1))

    assert bool(found(shop)) is known


def test_a_column_that_is_new_cannot_have_been_asked_for(tmp_path: Path) -> None:
    shop = Grown(tmp_path)
    lately = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    shop.model("sales_daily", SQL, YML, folder="mart/sales", created_at=lately)
    shop.ask(ASKED, days=YEAR)

    assert not found(shop)
