"""Each file that Ribbon reads, damaged: one sentence that names the file and the remedy, and the remedy works."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Workshop

DAILY = "select day, unit_count from mart_sales.sales_daily order by day"
SOLD = [(1, 3), (2, 5)]


@pytest.fixture
def shop(mini_built: Workshop) -> Workshop:
    return mini_built


def garbage(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(b"x" * 20_000)


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("damage", [garbage, half])
@pytest.mark.parametrize("command", ["status", "build", "publish", "docs"])
def test_a_damaged_build_file_is_named_with_what_is_lost(
    shop: Workshop, damage: Callable[[Path], None], command: str
) -> None:
    damage(shop.data / "build.duckdb")

    ended = shop.ribbon(command)

    assert ended.exit_code != 0
    assert "Traceback" not in ended.out + ended.err
    assert "build.duckdb" in ended.err
    assert "Restore it from a copy, or move it away and build again" in ended.err
    assert shop.query(DAILY, "marts.duckdb") == SOLD


def test_what_the_message_says_about_a_damaged_build_file_works(shop: Workshop) -> None:
    garbage(shop.data / "build.duckdb")
    (shop.data / "build.duckdb").rename(shop.data / "away.duckdb")

    assert shop.ribbon("run").exit_code == 0
    assert shop.ribbon("status").exit_code == 0
    assert shop.query(DAILY, "marts.duckdb") == SOLD


@pytest.mark.parametrize("damage", [garbage, half, Path.unlink])
def test_a_batch_without_its_data_stops_whatever_would_be_built_or_published_without_its_rows(
    shop: Workshop, damage: Callable[[Path], None]
) -> None:
    file = next((shop.data / "lake/shop/orders").rglob("*.parquet"))
    damage(file)

    for command in ("land", "build", "publish", "run"):
        ended = shop.ribbon(command)
        assert ended.exit_code == 3, command
        assert f"{file.parent}: the data of this batch is missing or damaged" in ended.err
    told = shop.ribbon("status", "--json")
    assert told.exit_code == 1
    words = f"the data of {file.parent.name} is missing or damaged"
    assert told.json["verdicts"]["lake.orders"]["words"] == words
    assert "not refreshed: lake.orders failed" in told.json["verdicts"]["mart.sales_daily"]["words"]

    shutil.rmtree(file.parent)
    assert shop.ribbon("run").exit_code == 0
    assert shop.query(DAILY, "marts.duckdb") == SOLD


def test_a_damaged_record_of_a_batch_is_named_and_the_batch_lands_again(shop: Workshop) -> None:
    record = next((shop.data / "lake/shop/orders").rglob("batch.json"))
    record.write_text("{")

    for command in ("status", "land", "build", "docs"):
        ended = shop.ribbon(command)
        assert ended.exit_code == 3, command
        assert f"{record}: is not a record of a batch" in ended.err

    shutil.rmtree(record.parent)
    assert shop.ribbon("run").exit_code == 0
    assert shop.query("select count(*) from lake.orders") == [(3,)]


def test_a_damaged_file_of_readers_is_told_and_replaced_by_publishing(shop: Workshop) -> None:
    garbage((shop.data / "marts.duckdb").resolve())

    told = shop.ribbon("status")

    assert told.exit_code == 1
    assert "readers cannot open it: marts.duckdb is damaged. Run `ribbon publish`" in told.out
    assert shop.ribbon("publish").exit_code == 0
    assert shop.query(DAILY, "marts.duckdb") == SOLD
    assert shop.ribbon("status").exit_code == 0


def test_a_use_case_that_is_kept_comes_from_the_newest_version_that_can_be_read(shop: Workshop) -> None:
    assert shop.ribbon("publish").exit_code == 0
    garbage((shop.data / "marts.duckdb").resolve())
    (shop.project / "tests").mkdir(exist_ok=True)
    (shop.project / "tests/never.sql").write_text("select * from {{ ref('fct_order') }}\n")
    assert shop.dbt("test", "--select", "never").exit_code == 1

    kept = shop.ribbon("publish")

    assert kept.exit_code == 1
    assert "not published: sales; readers keep the version of" in kept.out
    assert shop.query(DAILY, "marts.duckdb") == SOLD


def test_a_version_with_scrambled_rows_is_left_out_for_an_older_one(shop: Workshop) -> None:
    assert shop.ribbon("publish").exit_code == 0
    file = (shop.data / "marts.duckdb").resolve()
    file.chmod(0o644)
    content = bytearray(file.read_bytes())
    for place in range(0x3000, len(content), 97):
        content[place] ^= 255
    file.write_bytes(content)
    (shop.project / "tests").mkdir(exist_ok=True)
    (shop.project / "tests/never.sql").write_text("select * from {{ ref('fct_order') }}\n")
    assert shop.dbt("test", "--select", "never").exit_code == 1

    kept = shop.ribbon("publish")

    assert kept.exit_code == 1, kept.err
    assert shop.query(DAILY, "marts.duckdb") == SOLD


def test_an_export_goes_into_no_folder_that_holds_something_else(shop: Workshop, tmp_path: Path) -> None:
    folder = tmp_path / "occupied"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")

    refused = shop.ribbon("expectations", "export", "--dir", str(folder))

    assert refused.exit_code == 2
    assert f"{folder}: holds other files than an export" in refused.err
    assert [each.name for each in folder.iterdir()] == ["mine.txt"]
    for _ in range(2):
        assert shop.ribbon("expectations", "export", "--dir", str(tmp_path / "new")).exit_code == 0


def test_another_engines_target_is_not_answered_from_this_ones_file(shop: Workshop) -> None:
    told = shop.ribbon("status", "--target", "bigquery")
    asked = shop.ribbon("expectations", "explain", "sales_daily", "--target", "bigquery")

    assert "Target bigquery builds in bigquery: what dbt recorded there cannot be read here." in told.out
    assert asked.exit_code == 2
    assert "dbt cannot connect to the database of this target" in asked.err
    assert "`dbt debug --target bigquery`" in asked.err
