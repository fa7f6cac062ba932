"""What a person gets wrong in a project: one sentence that names the file, the thing and the remedy."""

import shutil

import pytest

from tests.conftest import Workshop, edit

MART = "expectations/mart/sales/sales_daily.yml"


@pytest.fixture
def shop(mini_built: Workshop) -> Workshop:
    return mini_built


def test_a_misspelt_expectation_is_named_with_the_one_that_was_meant(shop: Workshop) -> None:
    edit(shop, MART, "expect_column_values_to_be_between", "expect_column_values_to_be_betwen")

    built = shop.ribbon("build")

    assert built.exit_code == 1
    assert MART in built.err
    assert "there is no test named expect_column_values_to_be_betwen\n" in built.err
    assert "correct its name; expect_column_values_to_be_between is close." in built.err
    told = shop.ribbon("status", "--json")
    assert told.json["verdicts"]["mart.sales_daily"]["words"] == "1 of 2 promises could not be checked"
    assert told.exit_code == 1
    edit(shop, MART, "expect_column_values_to_be_betwen:", "expect_column_values_to_be_between:")
    assert shop.ribbon("build").exit_code == 0
    assert shop.ribbon("status").exit_code == 0


def test_nothing_lands_past_an_expectation_that_is_misspelt(shop: Workshop) -> None:
    contract = "expectations/lake/shop.yml"
    edit(shop, contract, "expect_column_values_to_be_in_set", "expect_column_values_to_be_in_st")
    shutil.rmtree(shop.data / "lake/shop/orders")

    landed = shop.ribbon("land")

    assert landed.exit_code == 2
    message = f"{contract}: lake.orders: there is no test named expect_column_values_to_be_in_st;"
    assert f"{message} expect_column_values_to_be_in_set is close." in landed.err
    assert not list((shop.data / "lake/shop").glob("orders/batch=*"))
    assert shop.ribbon("status").exit_code == 1
    edit(shop, contract, "expect_column_values_to_be_in_st:", "expect_column_values_to_be_in_set:")
    assert shop.ribbon("land").exit_code == 0
    assert shop.ribbon("status").exit_code == 0


def test_a_file_that_is_in_quarantine_whole_is_listed_and_the_message_shows_a_line(shop: Workshop) -> None:
    contract = "expectations/lake/shop.yml"
    edit(shop, contract, 'file: "items*.parquet"', 'file: "items*.csv"')
    shop.project.joinpath("files/items.csv").write_text("item,price\napple,cheap\npear,dear\n")

    landed = shop.ribbon("land")
    listed = shop.ribbon("quarantine", "ls", "shop.items")

    assert "2 of 2 rows of items.csv do not fit the contract" in landed.err
    assert "line 2: price is not DOUBLE: cheap; meta.max_misfits lets 50% go" in landed.err
    assert listed.exit_code == 0, listed.err
    assert "shop.items" in listed.out


@pytest.mark.parametrize("command", ["build", "status", "land", "publish", "docs"])
@pytest.mark.parametrize("file", [MART, "expectations/lake/shop.yml", "dbt_project.yml"])
def test_yaml_that_is_none_is_named_with_the_line(shop: Workshop, file: str, command: str) -> None:
    path = shop.project / file
    path.write_text(path.read_text() + "\nmore: [\n")

    ended = shop.ribbon(command)

    assert ended.exit_code == 2
    assert f"{file}: invalid YAML: line " in ended.err
    assert ended.err.count("\n") == 1


def test_what_to_do_about_a_refusal_is_not_to_build_it_again(shop: Workshop) -> None:
    edit(shop, "models/mart/sales/sales_daily.sql", "sum(orders.quantity) as", "5000 as")

    built, published = shop.ribbon("build"), shop.ribbon("publish")

    assert (
        "Remedy: correct the data, the model or the expectation; until then readers keep what they have." in built.err
    )
    assert "the table before: mart_sales.sales_daily; its last build failed or was refused" in published.out
    assert "rebuild it" not in published.out
