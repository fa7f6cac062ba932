"""The main job on a slice of The Complete Journey: every row arrives, a late one too, and readers see it."""

import shlex
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from tests.conftest import Ended, Workshop, edit, write_parquet
from tests.readme import shown_commands, shown_program, shown_url

TABLES = ["transactions", "promotions", "coupon_redemptions", "products", "demographics", "campaigns", "coupons"]
TABLES += ["campaign_descriptions"]

LATE = """
select
    1::bigint as household_id, 31401::bigint as store_id, 99999999999::bigint as basket_id,
    1082185::bigint as product_id,
    2::bigint as quantity, 5.00::double as sales_value, 1.00::double as retail_disc, 0.50::double as coupon_disc,
    0.25::double as coupon_match_disc, 10::bigint as week, timestamp '2017-03-06 03:30:00' as transaction_timestamp
"""


def test_the_main_job_says_what_it_did(ran: Ended) -> None:
    assert ran.exit_code == 0, ran.out + ran.err
    for part in ("Land", "Build", "Publish", "Docs", "Summary", "All is well"):
        assert part in ran.out
    assert "0 failed" in ran.out


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_every_file_is_in_the_lake(built: Workshop, sample: Path, table: str) -> None:
    (delivered,) = duckdb.sql(f"select count(*) from '{sample}/{table}.parquet'").fetchall()

    assert built.query(f"select count(*) from lake.{table}") == [delivered]


def test_a_batch_is_a_week_or_a_campaign_or_a_snapshot(built: Workshop) -> None:
    lake = built.data / "lake/complete_journey"
    assert len(list((lake / "transactions").glob("batch=week-*"))) == 53
    assert len(list((lake / "coupons").glob("batch=campaign-*"))) == 27
    assert len(list((lake / "products").glob("batch=*"))) == 1


def test_no_sale_is_lost_between_the_lake_and_the_marts(built: Workshop) -> None:
    lake = built.value("select sum(sales_value)::decimal(14, 2) from lake.transactions")

    assert built.value("select sum(net_sales_usd) from mart_sales.store_daily") == lake
    assert built.value("select sum(net_sales_usd) from mart_sales.category_weekly") == lake
    assert built.value("select sum(net_sales_usd) from mart_sales.store_daily", "marts.duckdb") == lake


def test_readers_find_all_marts_and_what_is_said_of_them(built: Workshop) -> None:
    schemas = {row[0] for row in built.query("select table_schema from information_schema.tables", "marts.duckdb")}

    assert schemas == {"mart_sales", "mart_customer", "mart_marketing", "mart_merchandising", "mart_ml", "ribbon"}
    published = built.query("select distinct use_case, state from ribbon.published order by all", "marts.duckdb")
    assert published == [(name, "current") for name in ("customer", "marketing", "merchandising", "ml", "sales")]
    through = "select max(data_through)::date::text from ribbon.published where table_name = 'store_daily'"
    last = built.value("select max(sold_date)::text from mart_sales.store_daily", "marts.duckdb")
    assert built.value(through, "marts.duckdb") == last


def test_the_documentation_has_a_page_for_every_mart(built: Workshop) -> None:
    pages = {page.stem for page in (built.data / "site/relation").glob("*.html")}

    for mart in ("store_daily", "household_rfm", "campaign_response", "promotion_lift", "household_features"):
        assert f"mart.{mart}" in pages


def test_every_declared_column_is_built_with_its_type(built: Workshop) -> None:
    floats = built.query(
        "select table_name, column_name from information_schema.columns"
        " where table_schema not in ('lake', 'ribbon') and data_type in ('DOUBLE', 'FLOAT', 'REAL')"
    )

    assert floats == []


def test_a_late_row_is_found_in_the_fact_and_the_marts(copy_of_built: Workshop, sample: Path, tmp_path: Path) -> None:
    deliveries = tmp_path / "deliveries"
    deliveries.mkdir()
    for file in sample.iterdir():
        (deliveries / file.name).symlink_to(file)
    write_parquet(deliveries / "transactions_late.parquet", LATE)
    day = "select net_sales_usd, list_sales_usd, paid_usd, unit_count from mart_sales.store_daily where {}"
    late_day = day.format("store_id = 31401 and sold_date = date '2017-03-05'")
    lines = "select week_number, sum(net_sales_usd), count(*) from warehouse.fct_basket_line"
    weeks = f"{lines} where week_number != 10 group by 1"
    assert copy_of_built.query(late_day) == []
    others = sorted(copy_of_built.query(weeks))

    landed = copy_of_built.ribbon("land", "transactions", "--from", str(deliveries))
    ran = copy_of_built.dbt("run", "--quiet", "--select", "source:complete_journey.transactions+")
    published = copy_of_built.ribbon("publish")

    assert "1 row in 1 new batch" in landed.out
    assert (landed.exit_code, ran.exit_code, published.exit_code) == (0, 0, 0), ran.out + published.out
    (row,) = copy_of_built.query(
        "select week_number, sold_date::text, _batch_id, shelf_unit_price_usd::double, loyalty_unit_price_usd::double,"
        " coupon_unit_price_usd::double from warehouse.fct_basket_line where basket_id = 99999999999"
    )
    assert row == (10, "2017-03-05", "week-10.2", 3.125, 2.625, 2.25)
    for file in ("build.duckdb", "marts.duckdb"):
        ((net, listed, paid, units),) = copy_of_built.query(late_day, file)
        assert (float(net), float(listed), float(paid), units) == (5.0, 6.25, 4.5, 2)
    assert sorted(copy_of_built.query(weeks)) == others


STAGED = "warehouse.staging.complete_journey.stg_complete_journey"
STAGING = {
    f"{STAGED}__{table}"
    for table in (
        "campaign_descriptions",
        "campaigns",
        "coupon_redemptions",
        "coupons",
        "demographics",
        "products",
        "promotions",
        "transactions",
    )
}


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("path:models/mart/sales", {"mart.sales.store_daily", "mart.sales.category_weekly"}),
        ("group:sales,resource_type:model", {"mart.sales.store_daily", "mart.sales.category_weekly"}),
        (
            "+exposure:store_sales_dashboard,resource_type:model",
            STAGING - {f"{STAGED}__campaigns", f"{STAGED}__demographics"}
            | {
                "mart.sales.store_daily",
                "warehouse.calendar.dim_date",
                "warehouse.product.dim_product",
                "warehouse.product.product_latest",
                "warehouse.product.product_package",
                "warehouse.sales.basket_line_product",
                "warehouse.sales.fct_basket",
                "warehouse.sales.fct_basket_line",
            },
        ),
        (
            "source:complete_journey.promotions+2,resource_type:model",
            {
                "warehouse.calendar.dim_date",
                "warehouse.merchandising.fct_promotion",
                "warehouse.product.dim_product",
                "warehouse.store.dim_store",
                f"{STAGED}__promotions",
            },
        ),
    ],
)
def test_selectors_find_what_they_name(built: Workshop, selector: str, found: set[str]) -> None:
    ended = built.dbt("ls", "--quiet", "--resource-type", "model", "--select", selector)

    assert ended.exit_code == 0, ended.out
    assert {line.removeprefix("grocery.") for line in ended.out.split()} == found


def test_a_second_run_loads_nothing_new_and_changes_nothing(copy_of_built: Workshop) -> None:
    totals = "select count(*), sum(net_sales_usd) from warehouse.fct_basket_line"
    before = copy_of_built.query(totals)

    assert copy_of_built.dbt("run", "--quiet", "--select", "fct_basket_line", "fct_promotion").exit_code == 0

    assert copy_of_built.query(totals) == before


def test_runs_and_their_nodes_are_kept(built: Workshop) -> None:
    (run,) = built.query("select command, target, status, finished_at > started_at from ribbon.runs")
    assert run == ("build", "prod", "passed", True)
    kinds = dict(built.query("select resource_type, count(*) from ribbon.node_runs group by 1"))
    assert kinds["model"] > 20
    assert kinds["test"] > 300
    assert kinds["snapshot"] == 1


def test_commands_that_only_look_write_nothing(copy_of_built: Workshop) -> None:
    for command in (("compile",), ("docs", "generate"), ("show", "--select", "dim_store")):
        assert copy_of_built.dbt(*command, "--quiet").exit_code == 0

    assert copy_of_built.value("select count(*) from ribbon.runs") == 1


def test_a_changed_macro_does_not_lose_the_snapshot(copy_of_built: Workshop) -> None:
    edit(copy_of_built, "macros/ribbon/gate/gate.sql", "{% macro gate(", "{#- Changed. -#}\n{% macro gate(")

    assert copy_of_built.ribbon("status").exit_code == 0


def test_every_command_of_the_readme_runs(copy_of_built: Workshop) -> None:
    (copy_of_built.project / "data").symlink_to(copy_of_built.data)
    for shown in shown_commands():
        if not shown.command.startswith("make"):
            ended = copy_of_built.shell(shown.command, forked=True)
            assert ended.exit_code == 0, f"{shown.command}\n{ended.out}{ended.err}"


def test_the_program_of_the_readme_runs(built: Workshop) -> None:
    ended = built.shell(f"python -c {shlex.quote(shown_program())}", folder=built.data.parent)

    assert ended.exit_code == 0, ended.err
    assert ended.out.startswith(
        "["
    )  # on the sample no category may have evidence enough; test_whole_year.py has the rows


def test_the_address_for_bi_tools_opens_the_marts_to_read_and_not_to_write(built: Workshop) -> None:
    url = shown_url().replace("/absolute/path/to/data", str(built.data))
    with sqlalchemy.create_engine(url).connect() as connection:
        assert connection.execute(sqlalchemy.text("select count(*) from mart_sales.store_daily")).scalar_one() > 0
        with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
            connection.execute(sqlalchemy.text("create table mine (a int)"))
