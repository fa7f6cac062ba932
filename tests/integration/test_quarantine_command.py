"""`ribbon quarantine`: what is set aside is seen, masked, taken back in once, or deleted on request."""

import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.config import ProjectPaths
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.parquet import open_bench
from ribbon.land import BatchOutcome, TableOutcome, land_table, opened_table, release
from ribbon.model import Column, Delivery, Expectation, SourceTable, Verdict
from tests.conftest import Workshop, deliver, edit, new_mini, write_files, write_parquet

VISIT = """select id, email, amount from (values
    (1, 'ada@example.org', 10), (2, 'bob@example.org', -1), (3, 'cy@example.org', -5), (4, 'dee@example.org', 40)
) as t (id, email, amount)
"""
CONTRACT = """
models:
  - name: visit
    data_tests: [{ribbon.expect_table_row_count_to_be_between: {arguments: {max_value: 3}}}]
    columns:
      - {name: id}
      - {name: email, config: {meta: {restricted: true}}}
      - name: amount
        data_tests:
          - ribbon.expect_column_values_to_be_between:
              arguments: {min_value: 0}
              config: {meta: {on_unexpected: quarantine}}
"""
VISIT_CONTRACT, LAKE_CONTRACT = "expectations/warehouse/visits/visit.yml", "expectations/lake/shop.yml"


def orders(rows: str) -> str:
    return (
        "select order_id::bigint as order_id, item, quantity::bigint as quantity, day::bigint as day"
        f" from (values {rows}) as t (order_id, item, quantity, day)"
    )


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """One good batch and one set aside; a model with two of its four rows set aside. Copied, never changed."""
    home = new_mini(tmp_path_factory.mktemp("held"))
    write_files(home.project, {"models/warehouse/visits/visit.sql": VISIT, VISIT_CONTRACT: CONTRACT})
    edit(home, LAKE_CONTRACT, "name: quantity\n", "name: quantity\n            config: {meta: {restricted: true}}\n")
    deliver(home, "orders.parquet", orders("(1, 'apple', 2, 1), (5, 'brick', 77, 3), (6, 'pear', 78, 3)"))
    landed = home.ribbon("land", "orders")
    assert landed.exit_code == 1, landed.out + landed.err
    ran = home.dbt("run", "--select", "visit")
    assert ran.exit_code == 0, ran.out
    return home


@pytest.fixture
def home(held: Workshop, tmp_path: Path) -> Workshop:
    """The same, as a copy that a test may change."""
    for part in ("project", "data", "target"):
        shutil.copytree(getattr(held, part), tmp_path / part)
    return Workshop(tmp_path / "project", tmp_path / "data", tmp_path / "target")


def in_lake(home: Workshop) -> list[int]:
    files = home.data / "lake/shop/orders/batch=*/*.parquet"
    return [row[0] for row in duckdb.sql(f"select order_id from '{files}' order by 1").fetchall()]


def aside(home: Workshop) -> list[str]:
    return sorted(folder.name for folder in (home.data / "quarantine").glob("*/*/batch=*"))


def visits(home: Workshop, table: str = "visit") -> list[int]:
    return [row[0] for row in home.query(f"select id from warehouse.{table} order by 1")]


def test_both_kinds_are_on_one_screen(held: Workshop) -> None:
    ended = held.ribbon("quarantine", "ls")

    assert ended.exit_code == 0, ended.err
    assert "shop.orders/day-03: 2 rows since 20" in ended.out
    assert "item: expect_column_values_to_be_in_set(value_set=['apple', 'pear']): 1 row\n" in ended.out
    assert "visit: 2 rows since 20" in ended.out
    assert re.search(r"    expect_column_values_to_be_between\(.*min_value=0.*\): 2 rows", ended.out)


def test_programs_get_the_same(held: Workshop) -> None:
    told = held.ribbon("quarantine", "ls", "--json").json

    assert [(batch["name"], batch["rows"]) for batch in told["batches"]] == [("shop.orders/day-03", 2)]
    assert [(model["name"], model["table"], model["rows"]) for model in told["models"]] == [
        ("visit", "warehouse.visit__quarantine", 2)
    ]
    assert [reason["rows"] for reason in told["models"][0]["reasons"]] == [2]


def test_the_rows_of_a_model_are_shown_with_restricted_columns_masked(held: Workshop) -> None:
    ended = held.ribbon("quarantine", "ls", "visit", "--limit", "1")
    told = held.ribbon("quarantine", "ls", "warehouse.visit", "--json")

    assert len(re.findall(r"id=[23], email=\*\*\*, amount=-[15]  fails expect_column_values_to_be", ended.out)) == 1
    assert "and 1 row more" in ended.out
    assert sorted(row["amount"] for row in told.json["models"][0]["content"]) == [-5, -1]
    assert "example.org" not in ended.out + ended.err + told.out


@pytest.mark.parametrize("name", ["shop.orders", "shop.orders/day-03"])
def test_the_rows_of_a_batch_are_shown_with_restricted_columns_masked(held: Workshop, name: str) -> None:
    ended = held.ribbon("quarantine", "ls", name)

    assert "order_id=5, item=brick, quantity=***, day=3" in ended.out
    assert "77" not in ended.out


def test_while_somebody_holds_the_build_the_batches_are_shown_and_it_says_who(home: Workshop) -> None:
    with duckdb.connect(str(home.data / "build.duckdb")):
        ended = home.ribbon("quarantine", "ls")

    assert ended.exit_code == 3
    assert "shop.orders/day-03" in ended.out
    assert f"process {os.getpid()} holds this file" in ended.err


def test_a_batch_that_still_breaks_its_contract_stays(home: Workshop) -> None:
    ended = home.ribbon("quarantine", "release", "shop.orders")

    assert ended.exit_code == 1
    assert "shop.orders/day-03: 0 rows released into the lake, 2 rows still in quarantine." in ended.out
    assert "batch day-03 fails item: expect_column_values_to_be_in_set" in ended.err
    assert aside(home) == ["batch=day-03"]
    assert in_lake(home) == [1]
    assert home.ribbon("quarantine", "ls", "shop.orders", "--json").json["batches"][0]["rows"] == 2


def test_a_batch_that_keeps_its_contract_now_is_in_the_lake_once(home: Workshop) -> None:
    edit(home, LAKE_CONTRACT, "[apple, pear]", "[apple, pear, brick]")
    ended = home.ribbon("quarantine", "release", "shop.orders/day-03")
    again = home.ribbon("land", "orders")

    assert ended.exit_code == 0, ended.out + ended.err
    assert "2 rows released into the lake" in ended.out
    assert aside(home) == []
    assert in_lake(home) == [1, 5, 6]
    assert home.value("select count(*) from lake.orders where _batch_id = 'day-03'") == 2
    assert "orders                 nothing new, 3 already known; 3 in the lake" in again.out
    assert "Nothing new" in again.out
    assert home.ribbon("quarantine", "release", "shop.orders").exit_code == 2


def test_rows_of_a_model_are_taken_back_in_where_they_keep_their_promises(home: Workshop) -> None:
    edit(home, VISIT_CONTRACT, "min_value: 0", "min_value: -1")
    some = home.ribbon("quarantine", "release", "visit", "--json")

    assert (some.exit_code, some.json["released"], some.json["remaining"]) == (1, 1, 1)
    assert (visits(home), visits(home, "visit__quarantine")) == ([1, 2, 4], [3])

    edit(home, VISIT_CONTRACT, "min_value: -1", "min_value: -5")
    refused = home.ribbon("quarantine", "release", "visit")

    assert refused.exit_code == 1
    assert "visit: no row was released" in refused.err
    assert "expect_table_row_count_to_be_between(max_value=3): observed 4" in refused.err
    assert "example.org" not in refused.err
    assert (visits(home), visits(home, "visit__quarantine")) == ([1, 2, 4], [3])


@pytest.mark.parametrize("name", ["visit", "shop.orders"])
def test_nothing_is_dropped_where_nobody_can_be_asked(held: Workshop, name: str) -> None:
    ended = held.ribbon("quarantine", "drop", name)

    assert ended.exit_code == 2
    assert "--yes" in ended.err
    assert aside(held) == ["batch=day-03"]
    assert visits(held, "visit__quarantine") == [2, 3]


def test_what_is_dropped_is_gone_and_the_rest_is_not(home: Workshop) -> None:
    batch = home.ribbon("quarantine", "drop", "shop.orders/day-03", "--yes")

    assert batch.exit_code == 0, batch.err
    assert "2 rows deleted" in batch.out
    assert list((home.data / "quarantine/shop/orders").iterdir()) == []
    assert in_lake(home) == [1]
    assert visits(home, "visit__quarantine") == [2, 3]

    rows = home.ribbon("quarantine", "drop", "visit", "--yes", "--json")

    assert rows.json["dropped"] == 2
    assert visits(home) == [1, 4]
    assert home.value("select count(*) from duckdb_tables() where table_name = 'visit__quarantine'") == 0


@pytest.mark.parametrize(("answer", "left"), [("n", ["batch=day-03"]), ("y", [])])
def test_on_a_terminal_it_asks(home: Workshop, answer: str, left: list[str]) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        home.command("ribbon", "quarantine", "drop", "shop.orders"),
        cwd=home.project,
        env=home.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        os.write(ours, f"{answer}\n".encode())
        _, asked = process.communicate(timeout=120)

    assert process.returncode == 0
    assert "Permanently delete 2 rows in 1 batch of shop.orders in quarantine?" in asked
    assert aside(home) == left


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ls", "visits"), "there is no model, source or batch visits in quarantine. Did you mean visit"),
        (("release", "shop.items"), "nothing of shop.items is in quarantine"),
        (("drop", "shop.orders/day-04", "--yes"), "Did you mean shop.orders/day-03"),
        (("release", "fct_order"), "nothing of fct_order is in quarantine"),
    ],
)
def test_a_name_that_means_nothing_is_a_wrong_call(held: Workshop, words: tuple[str, ...], told: str) -> None:
    ended = held.ribbon("quarantine", *words)

    assert ended.exit_code == 2
    assert told in ended.err


KILLED = """
import os, sys
from datetime import UTC, datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from ribbon.config import ProjectPaths
import duckdb
from ribbon.land.admission import Came, admit
from ribbon.land.drift import DriftWatch, nobody_looked
from ribbon.model import Delivery, SourceTable

renames = 0

def kill(event, _arguments):
    global renames
    renames += event == "os.rename"
    if renames == int(sys.argv[2]):
        os._exit(9)

sys.addaudithook(kill)
data = Path(sys.argv[1])
source = SourceTable("shop", "orders", "shop.yml", "", "", Delivery.APPEND, "day", "day-{}", (), ())
came = Came("orders.parquet", None, datetime.now(UTC))


class Door:
    def check(self, source, files):
        return [], None


paths = ProjectPaths(data, data)
watch = DriftWatch(paths, source, duckdb.connect(), nobody_looked)
admit(paths, source, data / "quarantine/shop/orders/batch=day-03", came, Door(), watch)
"""


@pytest.mark.parametrize("rename", [1, 2])
def test_a_release_that_is_killed_leaves_the_batch_whole_and_can_be_done_again(home: Workshop, rename: int) -> None:
    def release(at: int) -> int:
        words = [sys.executable, "-c", KILLED, str(home.data), str(at)]
        return subprocess.run(words, check=False, env=home.environment).returncode

    assert release(rename) == 9
    assert aside(home) == ["batch=day-03"]
    assert home.ribbon("quarantine", "ls", "shop.orders", "--json").json["batches"][0]["rows"] == 2

    assert release(99) == 0
    assert (aside(home), in_lake(home)) == ([], [1, 5, 6])


class Apples:
    """A door that lets in apples, as long as the contract is strict."""

    def check(self, source: SourceTable, files: Sequence[Path]) -> tuple[list[Verdict], None]:
        names = [str(file) for file in files]
        ((others,),) = duckdb.sql(f"select count(*) from read_parquet({names}) where item <> 'apple'").fetchall()
        return [Verdict(expectation, not others, others, others, "") for expectation in source.expectations], None


@dataclass
class Stock:
    """A lake of one table, `shop.stock`, whose `item` has to be an apple as long as the contract is strict."""

    project: ProjectPaths
    bench: Connection
    door: Any = field(default_factory=Apples)

    def source(self, *, strict: bool, delivery: Delivery) -> SourceTable:
        apples = Expectation("expect_column_values_to_be_in_set", {"value_set": ["apple"]}, "item")
        columns = (Column("item", "string"), Column("quantity", "bigint"))
        kept = (apples,) if strict else ()
        return SourceTable("shop", "stock", "shop.yml", "files", "*.parquet", delivery, None, "batch-{}", columns, kept)

    def land(self, rows: str, delivery: Delivery, *, strict: bool = True) -> TableOutcome:
        files = self.project.project_dir / "files"
        files.mkdir(exist_ok=True)
        write_parquet(
            files / "stock.parquet",
            f"select item, quantity::bigint as quantity from (values {rows}) as t (item, quantity)",
        )
        return land_table(self.project, self.source(strict=strict, delivery=delivery), None, self.bench, self.door)

    def release(self, delivery: Delivery, place: int = 0) -> BatchOutcome:
        return self.released(self.source(strict=False, delivery=delivery), place)

    def released(self, source: SourceTable, place: int = 0) -> BatchOutcome:
        with opened_table(self.project, source, self.bench, self.door) as table:
            (batch,) = release(table, self.aside()[place]).batches
        return batch

    def aside(self) -> list[Path]:
        return sorted((self.project.quarantine_dir / "shop/stock").iterdir())

    def lake(self) -> list[str]:
        files = self.project.lake_dir / "shop/stock/batch=*/*.parquet"
        return [row[0] for row in duckdb.sql(f"select item from '{files}' order by _loaded_at, item").fetchall()]


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[Stock]:
    with open_bench(tmp_path / "spill", "1GB") as bench:
        yield Stock(ProjectPaths(tmp_path, tmp_path / "data"), bench)


def test_rows_that_landed_since_do_not_land_twice(stock: Stock) -> None:
    assert stock.land("('apple', 1), ('brick', 2)", Delivery.APPEND).quarantined
    assert not stock.land("('apple', 1)", Delivery.APPEND).quarantined

    outcome = stock.release(Delivery.APPEND)

    assert not outcome.landed
    assert "1 of its 2 rows have landed since" in outcome.findings[0].why
    assert (stock.lake(), len(stock.aside())) == (["apple"], 1)


def test_of_two_batches_that_hold_the_same_rows_one_is_released(stock: Stock) -> None:
    assert stock.land("('brick', 2)", Delivery.APPEND).quarantined
    assert stock.land("('brick', 2), ('stone', 3)", Delivery.APPEND).quarantined

    assert stock.release(Delivery.APPEND).landed
    assert not stock.release(Delivery.APPEND).landed

    assert (stock.lake(), len(stock.aside())) == (["brick"], 1)


def test_a_snapshot_that_is_released_late_does_not_become_the_newest(stock: Stock) -> None:
    assert stock.land("('apple', 1), ('brick', 2)", Delivery.SNAPSHOT).quarantined
    assert not stock.land("('apple', 1)", Delivery.SNAPSHOT).quarantined

    assert stock.release(Delivery.SNAPSHOT).landed

    assert stock.lake() == ["apple", "brick", "apple"]
    assert stock.land("('apple', 1)", Delivery.SNAPSHOT).batches == ()


def test_a_batch_without_a_column_that_the_contract_declares_now_stays(stock: Stock) -> None:
    assert stock.land("('brick', 2)", Delivery.APPEND).quarantined
    source = stock.source(strict=False, delivery=Delivery.APPEND)
    wider = replace(source, columns=(*source.columns, Column("colour", "string")))

    outcome = stock.released(wider)

    assert not outcome.landed
    assert [finding.what.split(" is missing")[0] for finding in outcome.findings] == ["column colour"]
    assert len(stock.aside()) == 1
