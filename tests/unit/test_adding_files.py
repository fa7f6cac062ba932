"""`ribbon add`: what it finds in odd files, writes and refuses. Every row of what it declares lands."""

import gzip
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from ribbon.cli.main import main
from ribbon.errors import ConfigError, RibbonError
from ribbon.evolve.evidence.file_groups import snake
from ribbon.sample import write_files
from ribbon.scaffold.adding import Addition, Place, plan_addition, write_addition
from ribbon.settings import parse_settings
from tests.landing import contract, landing

SETTINGS = "name: shop\nmodel-paths: [models, expectations]\ndocs-paths: [docs/lake, docs/warehouse]\n"


@dataclass(frozen=True)
class Added:
    """A table as its contract declares it, and its rows as they landed."""

    meta: dict[str, Any]
    columns: dict[str, dict[str, Any]]
    rows: list[tuple[Any, ...]]

    def type_of(self, name: str) -> str:
        return str(self.columns[name]["data_type"])

    def meta_of(self, name: str) -> dict[str, Any]:
        return dict(self.columns[name].get("config", {}).get("meta", {}))


@pytest.fixture
def shop(tmp_path: Path) -> Place:
    folder = tmp_path / "shop"
    (folder / "files").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(SETTINGS)
    assert parse_settings(SETTINGS.encode(), folder / "dbt_project.yml")
    return Place(folder, folder, "1GB")


def deliver(shop: Place, files: Mapping[str, bytes | str]) -> None:
    for name, content in files.items():
        (shop.folder / "files" / name).write_bytes(content.encode() if isinstance(content, str) else content)


def add(shop: Place, *names: str, **options: Any) -> Addition:
    addition = plan_addition(shop, [shop.folder / "files" / name for name in names], **options)
    write_addition(shop, addition)
    return addition


def declared(shop: Place) -> dict[str, Any]:
    document = yaml.safe_load((shop.folder / "expectations/lake/shop.yml").read_text())
    return {table["name"]: table for table in document["sources"][0]["tables"]}


def landed(shop: Place, table: str) -> Added:
    """Land a table as it was declared; all of its rows must land."""
    said = declared(shop)[table]
    columns = {each["name"]: each for each in said["columns"] if not each["name"].startswith("_")}
    given = {
        name: {"data_type": each["data_type"], **each.get("config", {}).get("meta", {})}
        for name, each in columns.items()
    }
    source = contract(given, **said["config"]["meta"])
    with landing(shop.folder, source) as here:
        outcome = here.land()
        assert [delivery.quarantined for delivery in outcome.deliveries] == [0] * len(outcome.deliveries)
        assert not outcome.findings
        return Added(said["config"]["meta"], columns, here.lake(", ".join(f'"{name}"' for name in columns)))


def of(shop: Place, name: str, content: bytes | str) -> Added:
    deliver(shop, {name: content})
    addition = add(shop, name)
    return landed(shop, addition.added[0].source.table)


def test_an_export_of_excel_is_read_as_it_was_meant(shop: Place) -> None:
    text = (
        '\ufeffKunden-Nr;Größe;;Umsatz (EUR);Datum\r\n0001;L;x;1.234,50;31.12.2024\r\n0002;"M; S";y;99,00;1.2.2025\r\n'
    )

    added = of(shop, "kunden.csv", text)

    assert added.meta["format"] == {"type": "csv", "delimiter": ";", "decimal": ",", "thousands": "."}
    assert list(added.columns) == ["kunden_nr", "grosse", "column3", "umsatz_eur", "datum"]
    assert added.meta_of("umsatz_eur") == {"delivered_as": "Umsatz (EUR)"}
    assert added.meta_of("datum") == {"delivered_as": "Datum", "format": "%d.%m.%Y"}
    assert [str(value) for value in added.rows[0]] == ["0001", "L", "x", "1234.500000", "2024-12-31"]
    assert added.rows[1][1] == "M; S"


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("n\n1\n-2\n", ["bigint"]),
        ("n\n007\n1\n", ["string"]),
        ("n\n+49 30\n+4930\n", ["string"]),
        ("n\n99999999999999999999\n1\n", ["string"]),
        ("n\n1.5\n2\n", ["numeric(18, 6)"]),
        ("n\n1.12345678\n2\n", ["double"]),
        ("n\n1e3\n2\n", ["double"]),
        ("n\ntrue\nFALSE\n", ["boolean"]),
        ("n\n2024-02-30\n2024-02-01\n", ["string"]),
        ("n\n2024-02-29\n\n2024-03-01\n", ["date"]),
        ("n\n2024-02-29 10:00\n2024-02-29 10:00:01.5\n", ["timestamp"]),
        ('id,n\n1,"1,234.50"\n2,"1.00"\n', ["bigint", "numeric(18, 6)"]),
        ("n,m\n1,\n2,\n", ["bigint", "string"]),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_a_type_is_one_that_every_value_has(shop: Place, text: str, types: list[str]) -> None:
    added = of(shop, "numbers.csv", text)

    assert [added.type_of(name) for name in added.columns] == types


@pytest.mark.parametrize(
    ("text", "notations"),
    [
        ("a,b\n31/12/2024,01/02/2025\n03/04/2025,03/04/2025\n", ["%d/%m/%Y", "%d/%m/%Y"]),
        ("a,b\n12/31/2024,01/02/2025 1:05 PM\n3/4/2025,03/04/2025 11:05 AM\n", ["%m/%d/%Y", "%m/%d/%Y %I:%M %p"]),
        ("a;b\n01/02/2025;x\n03/04/2025;y\n", ["%d/%m/%Y", None]),
        ("a,b\n01/02/2025,x\n03/04/2025,y\n", [None, None]),
        ("day,b\n20250131,1\n20250201,2\n", ["%Y%m%d", None]),
        ("a,b\n31-Dec-2024,1\n1-Jan-2025,2\n", ["%d-%b-%Y", None]),
    ],
)
def test_day_and_month_are_told_apart_or_stay_text(shop: Place, text: str, notations: list[str | None]) -> None:
    added = of(shop, "days.csv", text)

    assert [added.meta_of(name).get("format") for name in added.columns] == notations


@pytest.mark.parametrize(
    ("text", "delimiter", "header"),
    [
        ("name\nAnna\nBob\n", ",", True),
        ("1\n2\n3\n", ",", False),
        ("1;2,5\n2;3,5\n", ";", False),
        ("region;2023;2024\nnorth;1,5;2\n", ";", True),
        ("a\tb\n1\tx, y\n2\tz, w\n", "\t", True),
        ('a|b\n"x|1"|2\n', "|", True),
    ],
)
def test_delimiter_and_header_are_found(shop: Place, text: str, delimiter: str, header: bool) -> None:
    reads = of(shop, "some.csv", text).meta["format"]

    assert (reads["delimiter"], reads.get("header", True)) == (delimiter, header)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_encodings_are_found(shop: Place, encoding: str) -> None:
    assert of(shop, "towns.csv", "id;town\n1;Köln\n".encode(encoding)).rows == [(1, "Köln")]


def test_what_means_null_is_null_where_it_stands_for_a_number(shop: Place) -> None:
    added = of(shop, "some.csv", "n,t\n1,-\nNA,x\n3,N/A\n")

    assert added.meta["format"]["null_tokens"] == ["", "NA", "N/A"]
    assert sorted(added.rows, key=str) == [(1, "-"), (3, None), (None, "x")]


def test_names_are_plain_and_none_is_ours(shop: Place) -> None:
    added = of(shop, "words.csv", "order,_batch_id,2023,a b,A-B,日本\nx,5,1.5,1,2,3\n")

    assert list(added.columns) == ["words_order", "batch_id", "column_2023", "a_b", "a_b_2", "column6"]
    assert added.rows[0][1] == 5


def test_wide_files_and_long_texts(shop: Place) -> None:
    wide = ",".join(f"c {number}" for number in range(60)) + "\n" + ",".join(map(str, range(60))) + "\n"

    assert len(of(shop, "wide.csv", wide).columns) == 60
    assert of(shop, "long.csv", f'id,text\n1,{"x" * 300_000}\n2,"{{{{ a }}}} | ""b"""\n').rows[1] == (
        2,
        '{{ a }} | "b"',
    )


def test_json_lines_keep_their_order_and_what_is_nested_stays_text(shop: Place) -> None:
    lines = [{"id": 1, "who": {"tags": ["a"]}, "seen": "2025-01-01T10:00:00Z", "b": 1}, {"id": 2, "extra": None}]

    added = of(shop, "events.jsonl.gz", gzip.compress("\n".join(map(json.dumps, lines)).encode()))

    assert list(added.columns) == ["id", "who", "seen", "b", "extra"]
    assert [added.type_of(name) for name in added.columns] == ["bigint", "string", "timestamp", "bigint", "string"]
    assert added.rows[0][1] == '{"tags":["a"]}'


def test_parquet_keeps_its_types(shop: Place) -> None:
    path = shop.folder / "files/Items.parquet"
    duckdb.sql(f"copy (select 1::integer as id, 1.5::double as price, [1, 2] as l, null as n) to '{path}'")

    add(shop, "Items.parquet")

    added = landed(shop, "items")
    assert [added.type_of(name) for name in added.columns][:3] == ["bigint", "double", "INTEGER[]"]
    assert (
        "cast(price as numeric(18, 6)) as price"
        in (shop.folder / "models/warehouse/staging/shop/stg_shop__items.sql").read_text()
    )


def test_each_table_of_a_sqlite_file_is_one(shop: Place) -> None:
    with closing(sqlite3.connect(shop.folder / "files/crm.db")) as database, database:
        database.execute('create table "Order Items" (id integer, price real, note)')
        database.execute("insert into \"Order Items\" values (1, 2.5, null), (2, 3, 'x')")
        database.execute("create table empty (id)")

    add(shop, "crm.db", system="shop")

    assert declared(shop)["order_items"]["config"]["meta"]["format"] == {"type": "sqlite", "table": "Order Items"}
    assert [tuple(map(str, row)) for row in landed(shop, "order_items").rows] == [
        ("1", "2.500000", "None"),
        ("2", "3.000000", "x"),
    ]
    assert list(declared(shop)) == ["order_items", "empty"]


def test_files_of_a_table_differ_by_a_date_and_find_no_other_table(shop: Place) -> None:
    ids = "\n".join(map(str, range(12)))
    deliver(
        shop,
        {
            "sales_2025-01.csv": "sale_id\n1\n2\n",
            "sales_2025-02.csv": "sale_id\n3\n",
            "sales_detail.csv": "line_id\n1\n",
            "members_1.csv": f"member_id\n{ids}\n",
            "members_2.csv": f"member_id\n{ids}\n",
        },
    )

    add(shop, "")

    metas = {name: table["config"]["meta"] for name, table in declared(shop).items()}
    assert {name: (meta["delivery"], meta["file"]) for name, meta in metas.items()} == {
        "sales": ("append", "sales[-_.][0-9]*.csv"),
        "sales_detail": ("snapshot", "sales_detail*.csv"),
        "members": ("upsert", "members*.csv"),
    }
    assert metas["members"]["key"] == ["member_id"]
    assert len(landed(shop, "sales").rows) == 3


def test_values_of_personal_columns_are_in_no_file(shop: Place) -> None:
    deliver(shop, {"people.csv": "id,email,birthday\n" + "".join(f"{n},a{n}@b.c,19{n}-01-01\n" for n in range(10, 30))})

    addition = add(shop, "people.csv")

    assert declared(shop)["people"]["columns"][1]["config"] == {"meta": {"restricted": True}}
    for edit in addition.edits:
        assert "@b.c" not in (edit.after or "")
        assert "1910" not in (edit.after or "")


def test_what_was_observed_warns_and_what_must_hold_stops(shop: Place) -> None:
    rows = "".join(f"{number},{'ab'[number % 2]},{number}\n" for number in range(40))
    deliver(shop, {"sales_1.csv": f"sale_id,kind,n\n{rows}"})

    add(shop, "sales_1.csv")

    sale, kind, _ = (column.get("data_tests") for column in declared(shop)["sales"]["columns"][:3])
    assert sale == ["not_null", "unique"]
    assert kind[1] == {
        "ribbon.expect_column_values_to_be_in_set": {
            "arguments": {"value_set": ["a", "b"]},
            "config": {"severity": "warn"},
        }
    }


REFUSED = {
    "dup.csv": ("id,amount,Amount\n1,2,3\n", "has two columns of one name, amount and Amount"),
    "pre.csv": ("sep=;\na;b\n1;2\n", "Remove what stands above the header"),
    "report.csv": ("Report\n\na;b;c\n1;2;3\n4;5;6\n", "Remove what stands above the header"),
    "list.json": ('[{"a": 1}]', "jq -c '.[]' list.json > list.jsonl"),
    "doc.json": ('{\n  "a": 1\n}', "jq -c . doc.json > doc.jsonl"),
    "empty.csv": ("", "is empty"),
    "book.xlsx": ("PK", "Save each sheet as CSV"),
}


@pytest.mark.parametrize(("name", "content", "told"), [(name, *each) for name, each in REFUSED.items()])
def test_what_cannot_land_is_refused_with_a_remedy_and_nothing_is_written(
    shop: Place, name: str, content: str, told: str
) -> None:
    deliver(shop, {name: content})

    with pytest.raises(RibbonError) as raised:
        add(shop, name)

    assert told in str(raised.value)
    assert not (shop.folder / "expectations").exists()


def test_in_a_folder_the_others_are_added(shop: Place) -> None:
    deliver(shop, {"good.csv": "a\n1\n", "empty.csv": "", "readme.txt": "hello"})

    addition = add(shop, "")

    assert list(declared(shop)) == ["good"]
    assert [name for name, _ in addition.left_out] == ["empty.csv"]


def test_nothing_that_is_there_is_written_over(shop: Place) -> None:
    deliver(shop, {"a.csv": "id\n1\n"})
    model = shop.folder / "models/warehouse/staging/shop/stg_shop__a.sql"
    model.parent.mkdir(parents=True)
    model.write_text("mine")

    with pytest.raises(ConfigError, match="is there already"):
        add(shop, "a.csv")

    assert model.read_text() == "mine"
    assert not (shop.folder / "expectations").exists()


def test_a_declared_table_is_refused(shop: Place) -> None:
    deliver(shop, {"a.csv": "id\n1\n", "b.csv": "id\n1\n"})
    known = replace(shop, names={("shop", "a"): "expectations/lake/shop.yml"})

    with pytest.raises(ConfigError, match=r"the table shop\.a is there already, in expectations/lake/shop\.yml"):
        add(known, "a.csv")
    with pytest.raises(ConfigError, match="--table names one table, but there are 2: a, b"):
        add(shop, "", table="c")
    with pytest.raises(ConfigError, match="needs no quotes"):
        add(shop, "a.csv", system="select")


def test_a_table_that_another_system_has_gets_a_view_of_its_own(shop: Place) -> None:
    deliver(shop, {"a.csv": "id\n1\n"})

    add(replace(shop, names={("crm", "a"): "expectations/lake/crm.yml"}), "a.csv")

    assert declared(shop)["a"]["identifier"] == "shop_a"


def test_further_tables_join_the_contract_and_the_page(shop: Place) -> None:
    deliver(shop, {"a.csv": "id\n1\n", "b.csv": "id\n1\n"})
    add(shop, "a.csv")
    before = (shop.folder / "expectations/lake/shop.yml").read_text()

    add(replace(shop, names={("shop", "a"): "expectations/lake/shop.yml"}), "b.csv")

    assert (shop.folder / "expectations/lake/shop.yml").read_text().startswith(before.rstrip())
    assert (shop.folder / "docs/lake/shop.md").read_text().count("{% docs ") == 3
    assert "from" not in declared(shop)["b"]["config"]["meta"], "it is the system's"


def test_a_project_that_cannot_start_from_its_files_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")

    ended = CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--from", str(tmp_path / "empty.csv")])

    assert ended.exit_code == 3, ended.output
    assert "is empty. Add a file that has a row" in ended.output
    assert not (tmp_path / "new").exists()


def test_a_project_starts_from_files_without_the_example(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\n1\n")

    ended = CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--from", str(tmp_path / "a.csv")])

    assert ended.exit_code == 0, ended.output
    names = {str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*.yml")}
    assert {name for name in names if name.startswith("expectations")} == {
        f"expectations/lake/{snake(tmp_path.name)}.yml",
        f"expectations/warehouse/staging/{snake(tmp_path.name)}/stg_{snake(tmp_path.name)}__a.yml",
    }
    assert yaml.safe_load((tmp_path / "new/dbt_project.yml").read_text())["models"]["new"]["+materialized"] == "table"
    assert "@project@" not in (tmp_path / "new/README.md").read_text()


def test_the_files_of_the_tutorial_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_files(tmp_path / name)

    texts = [
        sorted((path.name, path.read_bytes()) for path in folder.glob("*.[cj]s*")) for folder in tmp_path.iterdir()
    ]
    assert len(texts[0]) == 5
    assert texts[0] == texts[1]
