"""Plain dbt works on the project alone: before a landing and after it, with selectors, on both targets."""

import pytest

from tests.conftest import Workshop

FRESH = ("--no-partial-parse", "--show-all-deprecations", "--warn-error")


@pytest.mark.parametrize("target", ["prod", "bigquery"])
def test_parsing_warns_of_nothing_and_needs_no_connection(workshop: Workshop, target: str) -> None:
    ended = workshop.dbt("parse", *FRESH, "--target", target)

    assert ended.exit_code == 0, ended.out
    assert "WARNING" not in ended.out
    assert not workshop.data.exists()


def test_a_build_before_the_first_landing_is_green_on_empty_sources(workshop: Workshop) -> None:
    workshop.data.mkdir()

    ended = workshop.dbt("build", "--quiet")

    assert ended.exit_code == 0, ended.out
    assert workshop.value("select count(*) from warehouse.fct_basket_line") == 0
    assert workshop.value("select count(*) from mart_sales.store_daily") == 0
    assert workshop.dbt("docs", "generate", "--quiet").exit_code == 0


@pytest.mark.xdist_group("built")
@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("path:models/mart/sales", {"ribbon.mart.sales.store_daily", "ribbon.mart.sales.category_weekly"}),
        ("group:sales,resource_type:model", {"ribbon.mart.sales.store_daily", "ribbon.mart.sales.category_weekly"}),
        ("+exposure:store_sales_dashboard,resource_type:model", {"ribbon.mart.sales.store_daily"}),
        ("source:complete_journey.promotions+1,resource_type:model", {"ribbon.warehouse.merchandising.fct_promotion"}),
    ],
)
def test_selectors_find_what_they_name(built: Workshop, selector: str, found: set[str]) -> None:
    ended = built.dbt("ls", "--quiet", "--resource-type", "model", "--select", selector)

    assert ended.exit_code == 0, ended.out
    assert found <= set(ended.out.split())


@pytest.mark.xdist_group("built")
def test_a_second_run_loads_nothing_new_and_changes_nothing(copy_of_built: Workshop) -> None:
    totals = "select count(*), sum(net_sales_usd) from warehouse.fct_basket_line"
    before = copy_of_built.query(totals)

    assert copy_of_built.dbt("run", "--quiet", "--select", "fct_basket_line", "fct_promotion").exit_code == 0

    assert copy_of_built.query(totals) == before


@pytest.mark.xdist_group("built")
def test_runs_and_their_nodes_are_kept(built: Workshop) -> None:
    (run,) = built.query("select command, target, status, finished_at > started_at from ribbon.runs")
    assert run == ("build", "prod", "passed", True)
    kinds = dict(built.query("select resource_type, count(*) from ribbon.node_runs group by 1"))
    assert kinds["model"] > 20
    assert kinds["test"] > 300
    assert kinds["snapshot"] == 1


@pytest.mark.xdist_group("built")
def test_commands_that_only_look_write_nothing(copy_of_built: Workshop) -> None:
    for command in (("compile",), ("docs", "generate"), ("show", "--select", "dim_store")):
        assert copy_of_built.dbt(*command, "--quiet").exit_code == 0

    assert copy_of_built.value("select count(*) from ribbon.runs") == 1
