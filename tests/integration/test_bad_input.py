"""Bad input ends with one clear sentence, the right exit code and nothing half-written."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ribbon.lock import hold
from tests.conftest import Ended, Workshop, deliver, edit, new_mini


@pytest.fixture
def shop(mini_delivered: Workshop) -> Iterator[Workshop]:
    """The mini project; a test that uses it must end with nothing landed of what it broke, and nothing in between."""
    yield mini_delivered
    assert not (mini_delivered.data / "lake/.staging").exists()


def refused(ended: Ended, exit_code: int, *told: str) -> None:
    assert ended.exit_code == exit_code, ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err
    for text in told:
        assert text in ended.err
    assert len([line for line in ended.err.splitlines() if line.startswith(("Error:", "✗"))]) == 1, ended.err


def landed(shop: Workshop, table: str) -> list[Path]:
    return list((shop.data / "lake/shop" / table).glob("batch=*"))


def test_a_folder_that_is_not_there(shop: Workshop) -> None:
    refused(shop.ribbon("land", "--from", "no/such/folder", "items"), 2, "--from: there is no folder", "no/such/folder")


def test_the_folder_of_a_contract_that_is_not_there(shop: Workshop) -> None:
    edit(shop, "expectations/lake/shop.yml", "{from: files}", "{from: elsewhere}")

    ended = shop.ribbon("land", "items")

    refused(ended, 2, "expectations/lake/shop.yml: source shop: meta.from: there is no folder", "elsewhere")


def test_a_package_that_is_not_installed(shop: Workshop) -> None:
    edit(shop, "expectations/lake/shop.yml", "{from: files}", "{from: 'package:no_such_package/data'}")

    refused(shop.ribbon("land", "items"), 2, "the package no_such_package, which is not installed")


def test_a_table_without_a_file_does_not_keep_the_others_out(shop: Workshop) -> None:
    (shop.project / "files/items.parquet").unlink()

    refused(shop.ribbon("run"), 3, "no file items*.parquet for shop.items", "Deliver the file")

    assert len(landed(shop, "orders")) == 2
    assert shop.value("select count(*) from warehouse.fct_order") == 3


def test_a_file_that_is_no_parquet(shop: Workshop) -> None:
    (shop.project / "files/items.parquet").write_text("item,price\napple,1.5\n")

    refused(shop.ribbon("land", "items"), 1, "items.parquet cannot be read", "is not a readable Parquet file")

    assert landed(shop, "items") == []


def test_a_column_that_is_missing(shop: Workshop) -> None:
    deliver(shop, "items.parquet", "select 'apple' as item")

    ended = shop.ribbon("land", "items")

    refused(ended, 1, "expectations/lake/shop.yml: source shop.items: column price is missing from", "items.parquet")
    assert "items                  nothing landed, 1 file in quarantine whole; 0 in the lake" in ended.out
    assert "Nothing landed." in ended.out
    assert landed(shop, "items") == []


def test_a_column_of_another_type(shop: Workshop) -> None:
    deliver(shop, "items.parquet", "select 'apple' as item, '1.50' as price")

    ended = shop.ribbon("land", "items")

    refused(ended, 1, "column price of", "is VARCHAR", "the contract declares it as double")
    assert landed(shop, "items") == []


def test_a_source_that_the_project_does_not_declare(shop: Workshop) -> None:
    refused(shop.ribbon("land", "oders"), 2, "there is no source oders", "shop.items, shop.orders")


def test_a_delivery_mode_that_does_not_exist(shop: Workshop) -> None:
    edit(shop, "expectations/lake/shop.yml", "delivery: snapshot", "delivery: sometimes")

    refused(shop.ribbon("land"), 2, "source shop.items: meta.delivery is 'sometimes'", "append, snapshot or upsert")


def test_a_batch_key_that_is_no_sql_of_the_table(shop: Workshop) -> None:
    edit(shop, "expectations/lake/shop.yml", "batch_by: day", "batch_by: dya")

    refused(shop.ribbon("land", "orders"), 2, "source shop.orders: meta.batch_by", "dya")


def test_a_batch_name_that_would_leave_the_lake(shop: Workshop) -> None:
    edit(shop, "expectations/lake/shop.yml", '"day-{:02d}"', '"../../day-{}"')

    refused(shop.ribbon("land", "orders"), 2, "meta.batch_id makes '../../day-1', which is not a valid folder name")


def test_a_data_folder_that_cannot_be_written(shop: Workshop) -> None:
    (shop.data / "blocked").write_text("a file where a folder should be")
    shop.data = shop.data / "blocked/data"

    refused(shop.ribbon("land"), 3, "blocked/data: cannot be written", "RIBBON_DATA")


def test_a_lake_that_cannot_be_written(shop: Workshop) -> None:
    (shop.data / "lake").write_text("a file where a folder should be")

    ended = shop.ribbon("land", "items")

    refused(ended, 3, "data/lake: cannot be written")


def test_a_profile_that_is_missing(shop: Workshop) -> None:
    edit(shop, "dbt_project.yml", "profile: grocery", "profile: nobody")

    refused(shop.ribbon("build"), 2, "dbt finds no profile for this project", "nobody")


def test_a_target_that_is_missing(shop: Workshop) -> None:
    refused(shop.ribbon("build", "--target", "moon"), 2, "moon")


def test_a_folder_that_is_no_dbt_project(tmp_path: Path, shop: Workshop) -> None:
    refused(shop.ribbon("build", "--project-dir", str(tmp_path)), 2, "there is no dbt_project.yml")


def test_a_project_that_does_not_parse(shop: Workshop) -> None:
    edit(shop, "models/warehouse/orders/dim_item.sql", "latest_batch(", "latest_batch((")

    refused(shop.ribbon("build"), 2, "dbt cannot run this project", "dim_item")


def test_publishing_before_anything_is_built(shop: Workshop) -> None:
    refused(shop.ribbon("publish"), 2, "nothing is built yet", "ribbon build")


def test_a_second_command_at_the_same_time(shop: Workshop) -> None:
    with hold(shop.data, "ribbon run"):
        ended = shop.ribbon("land")

    refused(ended, 3, f"`ribbon run` (process {os.getpid()}) is running here")


def test_a_build_file_that_another_process_holds(shop: Workshop) -> None:
    with duckdb.connect(str(shop.data / "build.duckdb")):
        ended = shop.ribbon("build")

    refused(ended, 3, f"build.duckdb: process {os.getpid()} holds this file")


def test_an_interrupt_leaves_no_dbt_behind_and_nothing_half_landed(tmp_path: Path) -> None:
    mini = new_mini(tmp_path)
    deliver(
        mini,
        "orders.parquet",
        "select range as order_id, 'apple' as item, 1::bigint as quantity, range % 50 as day from range(50000)",
    )
    process = mini.start("ribbon", "land", "orders")
    lake = mini.data / "lake/shop/orders"
    deadline = time.monotonic() + 60
    while not list(lake.glob("batch=*")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(2)
    process.communicate(timeout=60)

    for batch in lake.glob("batch=*"):
        assert (batch / "batch.json").exists()
        assert duckdb.sql(f"select count(*) from '{batch}/*.parquet'").fetchall() == [(1000,)]
    assert mini.ribbon("land", "orders").exit_code == 0
    assert len(list(lake.glob("batch=*"))) == 50


def test_a_selection_that_names_nothing_is_told(shop: Workshop) -> None:
    ended = shop.ribbon("build", "--select", "nosuch", "--json")

    assert any("nosuch" in warning for warning in ended.json["warnings"])


def test_programs_get_the_findings_too(shop: Workshop) -> None:
    deliver(shop, "items.parquet", "select 'apple' as item")

    ended = shop.ribbon("land", "items", "--json")

    assert ended.exit_code == 1
    assert [finding["severity"] for finding in ended.json["findings"]] == ["error"]
    assert "column price is missing" in ended.json["findings"][0]["what"]
