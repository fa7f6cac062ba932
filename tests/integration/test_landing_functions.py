"""A function of the project that yields rows is a source, and so is what other libraries stream through one."""

import os
from pathlib import Path

import pytest

from ribbon.errors import ConfigError, WorldError
from ribbon.land import land_table
from tests.landing import contract, landing

COLUMNS = {"id": "bigint", "item": "string"}
SOURCES = """
import os
import sqlite3

import pyarrow as pa

def rows():
    for number in range(int(os.environ.get("TEST_ROWS", 3))):
        yield {"id": number, "item": f"item {number}"}

def table():
    return pa.table({"id": [1], "item": ["a"]})

def batches():
    yield pa.record_batch({"id": pa.array([1], pa.int32()), "item": ["a"]})
    yield pa.table({"id": pa.array([2], pa.int64()), "item": ["b"]})

def reader():
    return pa.RecordBatchReader.from_batches(pa.schema([("id", pa.int64()), ("item", pa.string())]), [])

def of_sqlite():
    with sqlite3.connect(os.environ["TEST_SHOP"]) as shop:
        shop.row_factory = sqlite3.Row
        for row in shop.execute("select id, item from orders"):
            yield dict(row)

def nothing():
    return []

def failing():
    yield {"id": 1, "item": "a"}
    raise RuntimeError("no access with " + os.environ["SHOP_PASSWORD"])
"""


@pytest.mark.parametrize(("name", "rows"), [("rows", 3), ("table", 1), ("batches", 2), ("reader", 0)])
def test_what_a_function_yields_lands_once(tmp_path: Path, name: str, rows: int) -> None:
    with landing(tmp_path, contract(COLUMNS, **{"from": f"python:sources/shop.py:{name}"})) as it:
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources/shop.py").write_text(SOURCES)

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.quarantined) == (rows, 0)
        assert it.land().deliveries == ()


def test_what_it_yields_later_is_compared_with_what_it_brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with landing(tmp_path, contract(COLUMNS, **{"from": "python:shop.py:rows"})) as it:
        (tmp_path / "shop.py").write_text(SOURCES)
        it.land()
        monkeypatch.setenv("TEST_ROWS", "5")

        (delivery,) = it.land().deliveries

        assert (delivery.landed, delivery.known) == (2, 3)
        assert it.lake("distinct _source_file") == [("shop.rows.parquet",)]


def test_a_table_of_sqlite_lands_through_a_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.executescript("create table orders (id integer, item text); insert into orders values (1, 'a'), (2, null)")
    monkeypatch.setenv("TEST_SHOP", str(tmp_path / "shop.db"))
    with landing(tmp_path, contract(COLUMNS, **{"from": "python:shop.py:of_sqlite"})) as it:
        (tmp_path / "shop.py").write_text(SOURCES)

        it.land()

        assert it.lake() == [(1, "a"), (2, None)]


@pytest.mark.parametrize(
    ("origin", "error", "told"),
    [
        ("python:gone.py:rows", ConfigError, "there is no file"),
        ("python:rows", ConfigError, "Write python:<file of the project>:<function>"),
        ("python:shop.py:gone", ConfigError, "shop.py has no function gone"),
        ("python:shop.py:nothing", WorldError, "it yields nothing"),
        (
            "python:shop.py:failing",
            WorldError,
            "failing() failed: RuntimeError: no access with ***. Nothing of it landed",
        ),
    ],
)
def test_a_function_that_fails_is_an_error_without_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: str, error: type[Exception], told: str
) -> None:
    monkeypatch.setitem(os.environ, "SHOP_PASSWORD", "hunter2")
    with landing(tmp_path, contract(COLUMNS, **{"from": origin})) as it:
        (tmp_path / "shop.py").write_text(SOURCES)

        with pytest.raises(error) as raised:
            it.land()

        assert told in str(raised.value)
        assert "hunter2" not in str(raised.value)
        assert it.lake() == []


def test_a_folder_that_the_command_names_instead_is_not_looked_at(tmp_path: Path) -> None:
    with landing(tmp_path, contract(COLUMNS, file=None, **{"from": "python:shop.py:table"})) as it:
        (tmp_path / "shop.py").write_text(SOURCES)

        assert land_table(it.project, it.source, tmp_path / "files", it.bench, it.door).landed_rows == 1
