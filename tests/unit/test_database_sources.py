"""Sources that are no folder of files: what their contract has to say, and commands that look for files."""

from pathlib import Path
from typing import Any

import pytest

from ribbon.config import ProjectPaths
from ribbon.engines.postgresql import database_tables
from ribbon.errors import ConfigError
from ribbon.evolve.evidence.deliveries import Deliveries, undeclared_files
from ribbon.model import FileKind
from ribbon.origins import without_password
from ribbon.scaffold.adding import Place, plan_addition
from tests.landing import contract

URL = "postgresql://reader@db.example.com/shop"


def source_of(**meta: Any) -> Any:
    return contract({"id": "bigint"}, **({"from": URL, "delivery": "snapshot", "file": None} | meta))


def test_a_url_says_that_it_is_a_table_of_a_database() -> None:
    source = source_of(format={"table": "public.orders"})

    assert (source.format.kind, source.format.table) == (FileKind.POSTGRESQL, "public.orders")


@pytest.mark.parametrize(
    ("meta", "says"),
    [
        ({}, "meta.format.table is missing"),
        ({"format": {"type": "csv", "table": "orders"}}, "meta.format.type is 'csv', and meta.from a database"),
        ({"from": "files", "file": "*", "format": {"type": "postgresql"}}, "meta.from no database"),
    ],
    ids=["table", "kind", "folder"],
)
def test_a_contract_that_does_not_fit_is_refused(meta: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        source_of(**meta)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:open-sesame@db/shop",
        "postgres://db/shop?user=reader&password=open-sesame",
        "postgresql://db/shop?sslpassword=open-sesame",
    ],
)
def test_a_password_in_a_url_is_refused_and_not_shown(url: str, tmp_path: Path) -> None:
    def add() -> None:
        plan_addition(Place(tmp_path, tmp_path, "1GB"), [url])

    for attempt in (
        add,
        lambda: source_of(**{"from": url, "format": {"table": "orders"}}),
        lambda: without_password(url, "here"),
    ):
        with pytest.raises(ConfigError, match=r"holds a password.*PGPASSWORD") as raised:
            attempt()
        assert "open-sesame" not in str(raised.value)


def test_without_the_driver_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("ribbon.engines.postgresql.import_module", missing)

    with pytest.raises(ConfigError, match=r"pip install 'dbt-ribbon\[postgres\]'"):
        database_tables(URL)


@pytest.mark.parametrize(
    "source", [source_of(format={"table": "orders"}), source_of(**{"from": "python:sources/shop.py:orders"})]
)
def test_where_files_are_looked_for_such_a_source_has_none(source: Any, tmp_path: Path) -> None:
    deliveries = Deliveries(ProjectPaths(tmp_path, tmp_path / "data"), source, tmp_path)

    assert (deliveries.offered, deliveries.newest_offer) == ({}, None)
    assert not list(undeclared_files({"source.shop.shop.orders": deliveries}))
