"""Retire: what nobody asks for goes in steps, and only where the log can tell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ribbon.evolve.rules.follow_sources import find_unused_sources
from ribbon.evolve.rules.retire import find_disabled_models, find_unused_relations
from ribbon.evolve.thresholds import read_thresholds
from ribbon.model import Proposal
from ribbon.settings import read_settings
from tests.evolve_project import TODAY, Grown, applied, changes, days_before

YEAR = days_before(365, step=7)
KEYED = "models: [{name: fct_visit, columns: [{name: store_id, data_tests: [unique]}]}]"


@pytest.fixture
def shop(tmp_path: Path) -> Grown:
    """A used mart, and one that nobody asks for, which alone reads a warehouse model."""
    shop = Grown(tmp_path)
    shop.model("fct_order", "select 1 as order_id, 2 as day")
    shop.model("returned", "select 1 as order_id")
    shop.model(
        "sales_daily", "select day from db.warehouse.fct_order", folder="mart/sales", parents=["model.shop.fct_order"]
    )
    shop.model(
        "old_report", "select order_id from db.warehouse.returned", folder="mart/sales", parents=["model.shop.returned"]
    )
    return shop


def found(shop: Grown) -> dict[str, Proposal]:
    return {proposal.subject[0]: proposal for proposal in find_unused_relations(shop.seen)}


def test_a_mart_that_nobody_asks_for_gets_a_date_and_names_what_goes_with_it(shop: Grown) -> None:
    shop.exposure("report", "model.shop.old_report")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    proposals = found(shop)

    assert list(proposals) == ["model.shop.old_report"]
    proposal = proposals["model.shop.old_report"]
    assert proposal.title.startswith("mart.old_report and 1 that only it reads: nobody queries it")
    assert proposal.subject == ("model.shop.old_report", "model.shop.returned")
    assert list(applied(proposal)) == [
        "expectations/mart/sales/old_report.yml",
        "expectations/warehouse/core/returned.yml",
    ]
    assert changes(proposal) == ["+deprecation_date: 2026-07-30"] * 2
    assert "nothing else reads and nobody queries: warehouse.returned" in [each.what for each in proposal.evidence]
    assert proposal.ask == ("Ann",)
    assert proposal.gain.lines == 2


def test_what_tests_of_another_relation_are_held_against_is_not_unused(shop: Grown) -> None:
    shop.model("dim_store", "select 1 as store_id")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)
    assert "model.shop.dim_store" in found(shop)

    shop.model("fct_visit", "select 1 as store_id", yml=KEYED)
    shop.read_by_tests("fct_visit", "model.shop.dim_store")

    assert "model.shop.dim_store" not in found(shop)


def test_a_mart_that_was_asked_for_long_ago_is_unused_and_one_asked_for_lately_is_not(shop: Grown) -> None:
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)
    shop.ask("select order_id from mart_sales.old_report", days=days_before(300, 290))
    assert list(found(shop)) == ["model.shop.old_report"]

    shop.ask("select order_id from mart_sales.old_report", days=days_before(100, 100))
    assert not found(shop)


@pytest.mark.parametrize(("days", "unused"), [(180, False), (181, True)])
def test_what_was_asked_for_180_days_before_the_log_ends_is_used(shop: Grown, days: int, unused: bool) -> None:
    shop.ask("select day from mart_sales.sales_daily", days=days_before(365, step=5))
    shop.ask("select order_id from mart_sales.old_report", days=days_before(days, days))

    assert ("model.shop.old_report" in found(shop)) is unused


@pytest.mark.parametrize(("days", "sufficient"), [(180, True), (179, False)])
def test_a_log_has_to_cover_180_days(shop: Grown, days: int, sufficient: bool) -> None:
    shop.ask("select day from mart_sales.sales_daily", days=[*days_before(days, days), *days_before(0)])

    assert (shop.seen.coverage.insufficient is None) is sufficient


@pytest.mark.parametrize(("understood", "sufficient"), [(9, True), (8, False)])
def test_nine_queries_of_ten_have_to_be_understood(shop: Grown, understood: int, sufficient: bool) -> None:
    shop.ask(
        "select day from mart_sales.sales_daily", days=[*days_before(200, 200), *days_before(0) * (understood - 1)]
    )
    shop.ask("select ( from x", days=days_before(0))

    assert (shop.seen.coverage.insufficient is None) is sufficient


def test_what_a_used_mart_reads_is_used(shop: Grown) -> None:
    shop.ask("select order_id from mart_sales.old_report", days=YEAR)

    assert list(found(shop)) == ["model.shop.sales_daily"]


def test_a_log_that_is_short_or_not_understood_or_of_other_relations_is_no_grounds(shop: Grown) -> None:
    assert not found(shop)
    shop.ask("select day from mart_sales.sales_daily", days=days_before(100, step=7))
    assert shop.seen.coverage.insufficient == ("The query logs cover 98 days; something is unused only after 180.")
    assert not found(shop)

    shop.ask("select day from mart_sales.sales_daily", days=YEAR)
    shop.ask("select ( from x", days=YEAR)
    assert "are fully understood" in (shop.seen.coverage.insufficient or "")
    assert not found(shop)


def test_a_log_without_a_query_of_the_marts_is_no_grounds(shop: Grown) -> None:
    shop.ask("select order_id from warehouse.fct_order", days=YEAR)

    insufficient = "The query logs name no mart of this project, so they do not show its use."
    assert shop.seen.coverage.insufficient == insufficient
    assert not found(shop)


def test_a_use_case_that_the_log_never_names_may_be_asked_elsewhere(shop: Grown) -> None:
    shop.model("features", "select 1 as one", folder="mart/ml")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    assert "model.shop.features" not in found(shop)


def test_a_relation_younger_than_the_time_is_no_grounds_unless_it_says_since_when(shop: Grown) -> None:
    lately = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    shop.model("new_report", "select 1 as one", folder="mart/sales", created_at=lately)
    shop.model("moved_report", "select 1 as one", folder="mart/sales", created_at=lately, meta={"since": "2025-01-01"})
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    assert {"model.shop.moved_report", "model.shop.old_report"} == found(shop).keys()


def test_a_notebook_or_a_model_may_read_without_a_query(shop: Grown) -> None:
    shop.exposure("churn_model", "model.shop.old_report", kind="ml")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    assert not found(shop)


def test_the_time_is_declared_by_the_project(shop: Grown) -> None:
    shop.settle("{unused_after_days: 400}")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    assert not found(shop)


def test_the_time_may_be_declared_among_the_projects_own_variables(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("{name: shop, vars: {shop: {ribbon: {evolve: {notice_days: 7}}}}}")

    assert read_thresholds(read_settings(tmp_path)).notice_days == 7


def deprecated(shop: Grown, goes_on: str, description: str = "\"{{ doc('stale') }}\"") -> Proposal | None:
    said = f"    deprecation_date: {goes_on}\n    description: {description}\n"
    yml = f"models:\n  # kept for the auditors\n  - name: stale\n{said}"
    shop.model("stale", "select 1 as one", yml, folder="mart/sales")
    shop.exposure("audit", "model.shop.stale", "model.shop.sales_daily")
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)
    return found(shop).get("model.shop.stale")


def test_a_date_ahead_is_told_to_readers(shop: Grown) -> None:
    proposal = deprecated(shop, "2026-08-01")

    assert proposal
    assert "+description: \"Deprecated, goes on 2026-08-01. {{ doc('stale') }}\"" in changes(proposal)
    assert "# kept for the auditors" in (applied(proposal)["expectations/mart/sales/stale.yml"] or "")


def test_readers_that_know_of_a_date_ahead_are_left_alone(shop: Grown) -> None:
    assert deprecated(shop, "2026-08-01", "Deprecated, goes in August.") is None


def test_a_date_that_has_passed_sets_the_model_aside_and_takes_it_out_of_exposures(shop: Grown) -> None:
    proposal = deprecated(shop, str(TODAY))

    assert proposal
    assert "+config: {enabled: false}" in changes(proposal)
    assert "+depends_on: [ref('sales_daily')]" in changes(proposal)


def set_aside(shop: Grown, goes_on: str) -> list[Proposal]:
    yml = f"models:\n  - name: stale\n    deprecation_date: {goes_on}\n    config: {{enabled: false}}\n"
    shop.model("stale", "select 1 as one", yml, folder="mart/sales")
    shop.set_aside("stale")
    return list(find_disabled_models(shop.seen))


def test_what_was_set_aside_a_month_ago_is_deleted_with_its_contract(shop: Grown) -> None:
    (proposal,) = set_aside(shop, "2026-05-31")

    assert applied(proposal) == {
        "models/mart/sales/stale.sql": None,
        "expectations/mart/sales/stale.yml": None,
    }


def test_what_was_set_aside_lately_stays_for_now(shop: Grown) -> None:
    assert not set_aside(shop, "2026-06-01")


def test_what_is_missed_since_it_was_set_aside_stays(shop: Grown) -> None:
    shop.ask("select one from mart_sales.stale", days=days_before(10, 10))

    assert not set_aside(shop, "2026-05-01")


SOURCE = """
sources:
  - name: shop
    tables:
      - name: shifts
        columns: [{name: id}]
      - name: orders
        columns: [{name: id}]
"""


def test_a_source_that_no_model_reads_and_nobody_asks_for_is_set_aside(shop: Grown) -> None:
    shop.source(SOURCE)
    shop.ask("select id from shop.orders", days=YEAR)
    shop.ask("select day from mart_sales.sales_daily", days=YEAR)

    proposal = found(shop)["source.shop.shop.shifts"]

    assert changes(proposal) == ["+config: {enabled: false}"]
    assert "source.shop.shop.orders" not in found(shop)
    assert not list(find_unused_sources(shop.seen)), "it is told once"
