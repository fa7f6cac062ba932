"""Plain dbt works on the project alone: before a landing and after it, with selectors, on both targets."""

import pytest

from tests.conftest import Workshop

FRESH = ("--no-partial-parse", "--show-all-deprecations", "--warn-error")


@pytest.mark.parametrize("target", ["prod", "bigquery"])
def test_parsing_warns_of_nothing_and_needs_no_connection(workshop: Workshop, target: str) -> None:
    ended = workshop.dbt("parse", *FRESH, "--target", target, real=True)

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
