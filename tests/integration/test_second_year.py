"""A second year lands beside the first: what was true of the first stays true, and the second is right.

The second year is the sample's, 364 days later: the same weekdays, and clocks that change on the same of them. Its
weeks count on from the first year's 53. The one Sunday that is week 1 is left out, so that the years do not overlap.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from tests.conftest import REPOSITORY, Ended, Workshop, take_parsed, write_parquet

SECOND_YEAR = {
    "transactions": """select * replace (
        basket_id + 1000000000000 as basket_id,
        week + 52 as week,
        transaction_timestamp + interval 364 day as transaction_timestamp
    ) from {first} where week > 1""",
    "promotions": "select * replace (week + 52 as week) from {first} where week > 1",
    "coupon_redemptions": """select * replace (
        campaign_id + 100 as campaign_id, redemption_date + interval 364 day as redemption_date
    ) from {first} where redemption_date > date '2017-01-01'""",
    "campaigns": "select * replace (campaign_id + 100 as campaign_id) from {first}",
    "campaign_descriptions": """select * replace (
        campaign_id + 100 as campaign_id,
        start_date + interval 364 day as start_date,
        end_date + interval 364 day as end_date
    ) from {first}""",
    "coupons": "select * replace (campaign_id + 100 as campaign_id) from {first}",
}


@pytest.fixture(scope="module")
def ended(built: Workshop, sample: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Workshop, Ended]]:
    """The sample with a second delivery, landed, built and published, and how each step ended."""
    home = tmp_path_factory.mktemp("years")
    deliveries = home / "deliveries"
    deliveries.mkdir()
    for file in sample.iterdir():
        (deliveries / file.name).symlink_to(file)
    for table, rows in SECOND_YEAR.items():
        write_parquet(deliveries / f"{table}_2018.parquet", rows.format(first=f"'{sample / table}.parquet'"))
    copytree(built.data, home / "data")
    years = Workshop(REPOSITORY, home / "data", home / "target")
    take_parsed(years, built)
    return {
        "land": (years, years.ribbon("land", "--from", str(deliveries))),
        # The gate measures what generic tests promise; the one test that it cannot measure is run beside it.
        "build": (years, years.dbt("build", "--quiet", "--exclude", "test_type:generic", "test_type:unit")),
        "publish": (years, years.ribbon("publish")),
    }


@pytest.fixture(scope="module")
def years(ended: dict[str, tuple[Workshop, Ended]]) -> Workshop:
    return ended["land"][0]


@pytest.fixture
def both(built: Workshop, years: Workshop) -> Iterator[duckdb.DuckDBPyConnection]:
    """Both builds: `first` has the first year alone, `years` has two."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.data / 'build.duckdb'}' as first (read_only)")
        connection.execute(f"attach '{years.data / 'build.duckdb'}' as years (read_only)")
        yield connection


def assert_same(both: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    """Both queries give the same rows, and some."""
    counted = f"select count(*) from ({one})"
    differ = f"select count(*) from ((({one}) except all ({other})) union all (({other}) except all ({one})))"

    assert both.execute(counted).fetchall() != [(0,)]
    assert both.execute(differ).fetchall() == [(0,)]


@pytest.mark.parametrize("step", ["land", "build", "publish"])
def test_a_second_year_passes_every_step(ended: dict[str, tuple[Workshop, Ended]], step: str) -> None:
    _, of_step = ended[step]

    assert of_step.exit_code == 0, of_step.out + of_step.err


def test_every_row_of_the_second_year_is_in_the_lake(years: Workshop, sample: Path) -> None:
    for table, rows in SECOND_YEAR.items():
        first = f"'{sample / table}.parquet'"
        (delivered,) = duckdb.sql(
            f"select (select count(*) from {first}) + (select count(*) from ({rows.format(first=first)}))"
        ).fetchall()
        assert years.query(f"select count(*) from lake.{table}") == [delivered]


def test_the_calendar_has_whole_years_and_weeks_that_count_on(years: Workshop) -> None:
    assert years.query("select min(date_day)::text, max(date_day)::text, count(*) from warehouse.dim_date") == [
        ("2016-01-01", "2019-12-31", 4 * 365 + 1)
    ]
    weeks = "select week_number, min(week_start_date)::text, count(distinct week_start_date) from warehouse.dim_date"
    assert years.query(f"{weeks} where week_number in (1, 53, 54, 105) group by 1 order by 1") == [
        (1, "2016-12-26", 1),
        (53, "2017-12-25", 1),
        (54, "2018-01-01", 1),
        (105, "2018-12-24", 1),
    ]
    assert years.query("select distinct year_number from warehouse.dim_date where is_in_data_year order by 1") == [
        (2017,),
        (2018,),
    ]


@pytest.mark.parametrize(
    ("relation", "of_first_year"),
    [
        ("warehouse.fct_basket", "sold_date < date '2018-01-01'"),
        ("warehouse.fct_promotion", "week_start_date < date '2018-01-01'"),
        ("mart_sales.store_daily", "sold_date < date '2018-01-01'"),
        ("mart_sales.category_weekly", "week_start_date < date '2018-01-01'"),
        ("mart_customer.cohort_retention", "cohort_week_number + elapsed_weeks <= 53"),
        ("mart_marketing.campaign_response", "end_date < date '2018-01-01'"),
        ("mart_marketing.campaign_window_sales", "campaign_id in (select campaign_id from ended)"),
        ("mart_marketing.campaign_household_sales", "campaign_id in (select campaign_id from ended)"),
        ("mart_marketing.coupon_value", "campaign_id < 100"),
        ("mart_marketing.coupon_redemption_line", "campaign_id < 100"),
        ("mart_ml.household_features", "true"),
    ],
)
def test_the_first_year_is_what_it_was(both: duckdb.DuckDBPyConnection, relation: str, of_first_year: str) -> None:
    """Of campaigns those that ended: the sales of later ones go on into the second year."""
    ended = "select campaign_id from first.warehouse.dim_campaign where end_date < date '2018-01-01'"
    both.execute(f"create temp view ended as {ended}")
    rows = "select * from {}." + f"{relation} where {of_first_year}"

    assert_same(both, rows.format("first"), rows.format("years"))


@pytest.mark.parametrize(
    ("relation", "compared", "later"),
    [
        (
            "warehouse.fct_promotion",
            "week_number > 1",
            "week_number - 52 as week_number, week_start_date - 364 as week_start_date",
        ),
        ("mart_sales.store_daily", "week_number > 1", "week_number - 52 as week_number, sold_date - 364 as sold_date"),
        # A week is compared with the one before, so the first of a year is not that of another.
        (
            "mart_sales.category_weekly",
            "week_number > 2",
            "week_number - 52 as week_number, week_start_date - 364 as week_start_date",
        ),
    ],
)
def test_the_second_year_is_the_first_364_days_later(
    both: duckdb.DuckDBPyConnection, relation: str, compared: str, later: str
) -> None:
    first = f"select * from first.{relation} where {compared}"
    second = f"select * replace ({later}) from years.{relation} where week_number > 53"
    if relation == "warehouse.fct_promotion":
        first, second = (f"select * exclude (_batch_id, _loaded_at) from ({each})" for each in (first, second))

    assert_same(both, first, f"select * from ({second}) where {compared}")


def test_a_campaign_of_the_second_year_is_judged_as_that_of_the_first(both: duckdb.DuckDBPyConnection) -> None:
    mart = "mart_marketing.campaign_response"
    inside = "start_date - duration_days::integer >= date '2017-01-02' and end_date <= date '2017-12-31'"
    later = "campaign_id - 100 as campaign_id, start_date - 364 as start_date, end_date - 364 as end_date"
    second = f"select * replace ({later}) from years.{mart} where campaign_id > 100"

    assert_same(both, f"select * from first.{mart} where {inside}", f"select * from ({second}) where {inside}")


def test_promotions_of_two_like_years_are_twice_as_many_weeks_and_lift_as_much(both: duckdb.DuckDBPyConnection) -> None:
    counts = ("promoted_weeks", "displayed_weeks", "mailed_weeks", "unpromoted_weeks")
    counts += ("promoted_unit_count", "displayed_unit_count", "mailed_unit_count", "unpromoted_unit_count")
    twice = ", ".join(f"2 * {count}" for count in counts)
    mart = "mart_merchandising.promotion_product_store"
    assert_same(
        both,
        f"select product_id, store_id, {twice} from first.{mart}",
        f"select product_id, store_id, {', '.join(counts)} from years.{mart}",
    )

    lift = "select department_name, category_name, lift_ratio from {}.mart_merchandising.promotion_lift"
    assert_same(both, lift.format("first"), lift.format("years"))


def test_a_household_keeps_its_cohort_and_is_counted_in_the_weeks_of_both_years(years: Workshop) -> None:
    came = "select count(distinct (household_id, week_start_date)) from warehouse.fct_basket"

    assert years.value("select max(elapsed_weeks) from mart_customer.cohort_retention") == 104
    assert years.value("select sum(active_household_count) from mart_customer.cohort_retention") == years.value(came)
    assert years.value("select max(cohort_week_number) <= 53 from mart_customer.cohort_retention")


def test_readers_see_both_years(years: Workshop) -> None:
    sold = "select min(sold_date)::text, max(sold_date)::text from mart_sales.store_daily"

    assert years.query(sold, "marts.duckdb") == [("2017-01-01", "2018-12-30")]
    assert years.value("select max(as_of_date)::text from mart_customer.household_rfm", "marts.duckdb") == "2018-12-30"
