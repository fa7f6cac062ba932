"""Landing, on a source of two tables: what arrives is in the lake once, or in quarantine with the reason."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.parquet import open_bench
from ribbon.land import TableOutcome, land_table
from ribbon.model import SourceTable
from ribbon.project import Project
from ribbon.project import load_project as load_manifest
from ribbon.quality.door import Door, open_door
from tests.conftest import Workshop, deliver, edit, new_mini, write_parquet

ORDERS = "(1, 'apple', 2, 1), (2, 'pear', 1, 1), (3, 'apple', 5, 2)"
ITEMS = "select * from (values ('apple', 1.5::double), ('pear', 2.0::double)) as t (item, price)"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    workshop = new_mini(tmp_path_factory.mktemp("contracts"))
    return load_manifest(ProjectPaths(workshop.project, workshop.data))


@pytest.fixture(scope="module")
def contracts(project: Project) -> dict[str, SourceTable]:
    """The tables that the mini project declares, by name."""
    return {source.table: source for source in project.sources}


@pytest.fixture(scope="module")
def door(project: Project) -> Iterator[Door]:
    with open_door(project.paths, project) as opened:
        yield opened


@dataclass
class Shop:
    """A delivery folder and a lake."""

    project: ProjectPaths
    files: Path
    contracts: dict[str, SourceTable]
    bench: Connection
    door: Door

    def deliver(self, name: str, orders: str) -> None:
        rows = f"select * from (values {orders}) as t (order_id, item, quantity, day)"
        typed = "order_id::bigint as order_id, item, quantity::bigint as quantity, day::bigint as day"
        write_parquet(self.files / name, f"select {typed} from ({rows})")

    def land(self, table: str = "orders") -> TableOutcome:
        return land_table(self.project, self.contracts[table], self.files, self.bench, self.door)

    def lake(self, columns: str, table: str = "orders") -> list[tuple[Any, ...]]:
        batches = self.project.lake_dir / "shop" / table / "batch=*/*.parquet"
        return duckdb.sql(
            f"select {columns} from read_parquet('{batches}', hive_partitioning = false, union_by_name = true)"
            " order by all"
        ).fetchall()

    def quarantine(self) -> Path:
        return self.project.quarantine_dir / "shop/orders"


@pytest.fixture
def shop(tmp_path: Path, contracts: dict[str, SourceTable], door: Door) -> Iterator[Shop]:
    (tmp_path / "files").mkdir()
    project = ProjectPaths(tmp_path, tmp_path / "data")
    with open_bench(tmp_path / "spill", "1GB") as bench:
        shop = Shop(project, tmp_path / "files", dict(contracts), bench, door)
        shop.deliver("orders.parquet", ORDERS)
        write_parquet(shop.files / "items.parquet", ITEMS)
        yield shop


def test_each_value_of_the_key_becomes_a_batch_and_rows_come_as_they_were(shop: Shop) -> None:
    outcome = shop.land()

    assert [(batch.batch_id, batch.rows, batch.landed) for batch in outcome.batches] == [
        ("day-01", 2, True),
        ("day-02", 1, True),
    ]
    assert shop.lake("order_id, item, quantity, day, _batch_id, _source_file") == [
        (1, "apple", 2, 1, "day-01", "orders.parquet"),
        (2, "pear", 1, 1, "day-01", "orders.parquet"),
        (3, "apple", 5, 2, "day-02", "orders.parquet"),
    ]
    record = json.loads((shop.project.lake_dir / "shop/orders/batch=day-01/batch.json").read_text())
    assert record["rows"] == 2
    assert [told["met"] for told in record["expectations"]] == [True, True, True]


def test_a_second_landing_brings_nothing_new(shop: Shop) -> None:
    shop.land()
    before = {path: path.stat().st_mtime_ns for path in shop.project.lake_dir.rglob("*")}

    assert shop.land().batches == ()

    assert {path: path.stat().st_mtime_ns for path in shop.project.lake_dir.rglob("*")} == before


def test_a_late_row_lands_alone_in_a_batch_of_its_own(shop: Shop) -> None:
    shop.land()
    shop.deliver("orders_2.parquet", "(4, 'pear', 7, 1)")

    shop.land()

    assert [row for row in shop.lake("_batch_id, order_id") if row[0] == "day-01.2"] == [("day-01.2", 4)]
    assert len(shop.lake("*")) == 4


def test_a_new_key_and_a_late_row_of_an_old_one_land_together(shop: Shop) -> None:
    shop.land()
    shop.deliver("orders_2.parquet", "(4, 'pear', 7, 1), (5, 'pear', 1, 3)")

    shop.land()

    assert {("day-01.2", 4), ("day-03", 5)} < set(shop.lake("_batch_id, order_id"))
    assert len(shop.lake("*")) == 5


def test_equal_rows_all_land_however_many_and_however_they_come(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(1, 'apple', 2, 1), (1, 'apple', 2, 1)")
    shop.land()
    assert shop.lake("order_id").count((1,)) == 3

    shop.deliver("orders_3.parquet", "(1, 'apple', 2, 1)")
    shop.land()

    assert shop.lake("order_id").count((1,)) == 4


def test_rows_whose_key_is_null_land_too(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(9, 'pear', 1, null)")

    shop.land()

    assert ("day-unknown", 9) in shop.lake("_batch_id, order_id")


def test_a_snapshot_lands_whole_when_it_changes_and_not_when_it_does_not(shop: Shop) -> None:
    shop.land("items")
    assert shop.land("items").batches == ()
    write_parquet(shop.files / "items.parquet", "select 'apple' as item, 9.5::double as price")

    shop.land("items")

    assert shop.lake("item, price, dense_rank() over (order by _loaded_at)", "items") == [
        ("apple", 1.5, 1),
        ("apple", 9.5, 2),
        ("pear", 2.0, 1),
    ]


def test_a_batch_that_breaks_a_promise_goes_to_quarantine_with_the_reason_and_the_others_land(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(5, 'brick', 1, 3)")

    outcome = shop.land()

    assert [batch.batch_id for batch in outcome.quarantined] == ["day-03"]
    (finding,) = outcome.findings
    assert finding.what.startswith("batch day-03 fails item: expect_column_values_to_be_in_set")
    assert finding.why == "unexpected in 1 of 1 rows: brick"
    assert {row[0] for row in shop.lake("_batch_id")} == {"day-01", "day-02"}
    aside = shop.quarantine() / "batch=day-03"
    assert len(list(aside.glob("*.parquet"))) == 1
    reasons = [told for told in json.loads((aside / "batch.json").read_text())["expectations"] if not told["met"]]
    assert [(told["column"], told["unexpected"]) for told in reasons] == [("item", 1)]


def test_values_of_a_restricted_column_are_not_told(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(5, 'secret', 1, 3)")
    orders = shop.contracts["orders"]
    columns = tuple(replace(column, restricted=column.name == "item") for column in orders.columns)
    shop.contracts["orders"] = replace(orders, columns=columns)

    (finding,) = shop.land().findings

    assert "secret" not in str(finding)
    assert finding.why == "unexpected in 1 of 1 rows: (restricted values are not shown)"


def test_a_quarantined_batch_lands_once_the_contract_allows_it(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(5, 'plum', 1, 3)")
    assert shop.land().quarantined
    shop.contracts["orders"] = replace(shop.contracts["orders"], expectations=())

    assert not shop.land().quarantined

    assert ("day-03",) in shop.lake("_batch_id")
    assert not list(shop.quarantine().iterdir())


def test_a_warning_lets_the_batch_in_and_is_told(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(5, 'pear', 101, 3)")

    outcome = shop.land()

    assert [finding.what for finding in outcome.findings] == [
        "batch day-03 fails quantity: expect_column_values_to_be_between(max_value=100)"
    ]
    assert ("day-03",) in shop.lake("_batch_id")


def test_a_new_column_lands_and_is_told(shop: Shop) -> None:
    write_parquet(shop.files / "items.parquet", "select 'apple' as item, 1.5::double as price, 'red' as colour")

    outcome = shop.land("items")

    (finding,) = outcome.findings
    assert "column colour of" in finding.what
    assert finding.remedy == "declare it in the contract: `ribbon evolve` proposes how"
    assert shop.lake("colour", "items") == [("red",)]


def test_a_snapshot_with_a_new_column_is_a_new_snapshot(shop: Shop) -> None:
    shop.land("items")
    write_parquet(shop.files / "items.parquet", f"select *, 'red' as colour from ({ITEMS})")

    assert shop.land("items").landed_rows == 2
    assert shop.land("items").landed_rows == 0


def test_appended_rows_that_landed_before_a_column_came_do_not_land_again(shop: Shop) -> None:
    shop.land()
    (first,) = shop.files.glob("orders*.parquet")
    rows = duckdb.sql(f"select * from '{first}'").fetchall()
    assert len(rows) == 3
    write_parquet(shop.files / "orders.parquet", f"select *, 'web' as channel from '{first}'")

    assert shop.land().batches == ()


def test_another_try_of_a_quarantined_snapshot_takes_the_place_of_the_first(shop: Shop) -> None:
    write_parquet(shop.files / "items.parquet", "select null::varchar as item, 1.5::double as price")
    aside = shop.project.quarantine_dir / "shop/items"
    assert shop.land("items").quarantined
    assert shop.land("items").quarantined
    assert len(list(aside.iterdir())) == 1
    shop.contracts["items"] = replace(shop.contracts["items"], expectations=())

    assert not shop.land("items").quarantined

    assert list(aside.iterdir()) == []


def test_an_expectation_of_the_whole_table_is_left_to_the_database(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(5, 'brick', 1, 3)")
    orders = shop.contracts["orders"]
    left = tuple(replace(expectation, database_only=True) for expectation in orders.expectations)
    shop.contracts["orders"] = replace(orders, expectations=left)

    assert not shop.land().quarantined


def test_what_a_killed_landing_left_is_cleared(shop: Shop) -> None:
    half = shop.project.lake_dir / ".staging/batch=day-01"
    half.mkdir(parents=True)
    (half / "data_0.parquet").write_bytes(b"half a file")

    shop.land()

    assert not (shop.project.lake_dir / ".staging").exists()
    assert len(shop.lake("*")) == 3


def test_narrower_types_land_where_wider_ones_are_declared(shop: Shop) -> None:
    write_parquet(shop.files / "items.parquet", "select 'apple' as item, 1.5::float as price")

    assert shop.land("items").landed_rows == 1


def test_each_file_of_a_table_is_a_delivery_with_batches_of_its_own(shop: Shop) -> None:
    shop.deliver("orders_2.parquet", "(7, 'pear', 1, 2)")

    shop.land()

    assert shop.lake("_batch_id, order_id, _source_file")[-2:] == [
        ("day-02", 3, "orders.parquet"),
        ("day-02.2", 7, "orders_2.parquet"),
    ]


def test_the_whole_way_from_a_late_row_to_the_mart_changes_nothing_else(mini_delivered: Workshop) -> None:
    mini = mini_delivered
    daily = "select day, unit_count from mart_sales.sales_daily order by day"
    assert mini.ribbon("run").exit_code == 0
    assert mini.query(daily) == [(1, 3), (2, 5)]
    write_parquet(
        mini.project / "files/orders_2.parquet",
        "select 4::bigint as order_id, 'pear' as item, 7::bigint as quantity, 1::bigint as day",
    )

    ended = mini.ribbon("run")

    assert ended.exit_code == 0, ended.out + ended.err
    assert mini.query(daily) == [(1, 10), (2, 5)]
    assert mini.query(daily, "marts.duckdb") == [(1, 10), (2, 5)]
    assert mini.value("select count(*) from warehouse.fct_order") == 4


def test_a_column_can_be_declared_before_any_batch_has_it(mini_built: Workshop) -> None:
    contract = "          - {name: price, data_type: double}\n"
    edit(
        mini_built, "expectations/lake/shop.yml", contract, contract + "          - {name: colour, data_type: string}\n"
    )

    assert mini_built.dbt("run", "--select", "dim_item").exit_code == 0

    assert mini_built.query("select distinct colour from lake.items") == [(None,)]


def test_a_column_under_a_new_name_keeps_the_values_of_batches_from_before(mini_built: Workshop) -> None:
    quantity = "- name: quantity\n            data_type: bigint\n"
    units = "- name: units\n            data_type: bigint\n            config: {meta: {formerly: quantity}}\n"
    edit(mini_built, "expectations/lake/shop.yml", quantity, units)
    deliver(
        mini_built,
        "orders.parquet",
        "select 9::bigint as order_id, 'pear' as item, 7::bigint as units, 3::bigint as day",
    )

    ended = mini_built.ribbon("land", "orders")

    assert ended.exit_code == 0, ended.err
    assert mini_built.query("select order_id, units from lake.orders order by order_id") == [
        (1, 2),
        (2, 1),
        (3, 5),
        (9, 7),
    ]


def test_two_sources_must_not_share_a_view(mini: Workshop) -> None:
    contract = (mini.project / "expectations/lake/shop.yml").read_text()
    (mini.project / "expectations/lake/kiosk.yml").write_text(contract.replace("name: shop", "name: kiosk"))

    ended = mini.dbt("run", "--select", "dim_item")

    assert ended.exit_code != 0
    assert "is also the view of shop." in ended.out
