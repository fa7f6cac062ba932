"""`ribbon usage`: logs imported into a dbt project that knows nothing of Ribbon."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Ended, Workshop, write_files
from tests.foreign_projects import compile_project, copy_of
from tests.once import Once

PROJECT = {
    "dbt_project.yml": "name: shop\nprofile: shop\nversion: '1.0'\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "models/staging/sources.yml": """
sources:
  - name: crm
    schema: raw
    tables:
      - name: orders
        columns: [{name: id}, {name: amount}, {name: email, config: {meta: {restricted: true}}}, {name: ordered_on}]
""",
    "models/marts/sales/revenue.sql": """
select ordered_on as day, sum(amount) as revenue, count(*) as orders from {{ source('crm', 'orders') }} group by 1
""",
    "models/marts/care/buyer.sql": """
select email, max(ordered_on) as last_order from {{ source('crm', 'orders') }} group by 1
""",
    "models/marts/care/buyer.yml": """
models:
  - name: buyer
    columns: [{name: email, config: {meta: {restricted: true}}}]
""",
}
LOG = """\
who,when,sql,seconds
ann,2026-01-02T08:00:00Z,"select day, revenue from main.revenue where day >= date '2026-01-01'",0.2
bob,2026-01-02T09:00:00Z,select orders from raw.nowhere where id = 4711,0.1
bob,2026-01-03T09:00:00Z,select email from buyer where email = 'eve@example.com',0.1
bob,2026-01-03T10:00:00Z,select ( from revenue,0.1
bob,2026-01-03T11:00:00Z,show tables,0.1
"""


@pytest.fixture(scope="module")
def shop_once(once: Once) -> Path:
    """Two marts, compiled by dbt; only for `shop`, which copies them."""
    return once.folder("foreign_for_usage", lambda folder: compile_project(folder, PROJECT))


@pytest.fixture
def shop(shop_once: Path, tmp_path: Path) -> Workshop:
    shop = copy_of(shop_once, tmp_path / "shop")
    write_files(shop.project, {"log.csv": LOG})
    return shop


def take(shop: Workshop, *words: str) -> Ended:
    ended = shop.ribbon("usage", "import", *words)
    assert ended.exit_code == 0, ended.err
    return ended


def kept(shop: Workshop, table: str) -> list[dict[str, Any]]:
    """What lies in the files of all imports."""
    with duckdb.connect() as connection:
        found = connection.execute(f"from '{shop.data}/usage/import=*/{table}.parquet'")
        names = [name for name, *_ in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_a_log_is_taken_in_once_and_shown(shop: Workshop) -> None:
    first, again, shown = take(shop, "log.csv"), take(shop, "log.csv"), shop.ribbon("usage")

    assert first.out.splitlines()[:2] == ["log.csv: plain, 5 rows", "5 new, 0 already known"]
    assert "        1  raw.nowhere" in first.out
    assert "it cannot be parsed" in first.out
    assert again.out.splitlines()[1] == "0 new, 5 already known"
    assert shown.out.splitlines()[0] == "2026-01-02 to 2026-01-03: 5 queries by 2 people"
    assert "  mart.revenue: 1 of 3: orders" in shown.out
    assert "  mart.buyer: 1 of 2: last_order" in shown.out
    assert shown.exit_code == 0


def test_the_documents_have_all_of_it(shop: Workshop) -> None:
    imported, told = take(shop, "log.csv", "--json").json, shop.ribbon("usage", "ls", "--json").json

    assert (imported["new"], imported["raised"], imported["known"]) == (5, 0, 0)
    assert imported["files"] == [{"file": "log.csv", "kind": "plain", "queries": 5, "left_out": {}}]
    assert imported["readings"] == {"understood": 3, "not parsed": 1, "reads nothing": 1}
    assert told["readings"] == imported["readings"]
    assert told["totals"]["queries"] == 5
    assert {each["label"] for each in told["relations"]} == {"mart.revenue", "mart.buyer", "raw.nowhere"}
    assert {(each["column"], each["role"]) for each in told["columns"] if each["relation"] == "model.shop.revenue"} == {
        ("day", "selected"),
        ("revenue", "selected"),
        ("day", "filtered"),
    }
    assert [(each["who"], each["queries"]) for each in told["people"]] == [("bob", 4), ("ann", 1)]
    assert [(each["day"], each["queries"]) for each in told["days"]] == [("2026-01-02", 2), ("2026-01-03", 3)]
    assert told["never_asked"] == {"model.shop.buyer": ["last_order"], "model.shop.revenue": ["orders"]}


def test_a_use_case_is_told_by_the_marts_or_by_the_option(shop: Workshop) -> None:
    take(shop, "log.csv")
    ended = take(shop, "log.csv", "--use-case", "board", "--columns", "id=when,sql=sql,when=when")

    by_marts = {row["who"]: row["use_case"] for row in kept(shop, "queries") if row["use_case"] != "board"}
    assert by_marts["ann"] == "sales"
    assert [row["use_case"] for row in kept(shop, "queries")].count("board") == 5
    assert "No mart belongs to use case board." in ended.err


def test_values_of_restricted_columns_are_not_kept_and_with_the_option_no_literal_is(shop: Workshop) -> None:
    take(shop, "log.csv")
    assert "4711" in repr(kept(shop, "statements"))
    assert "eve@example.com" not in repr([kept(shop, table) for table in ("queries", "statements", "uses")])

    shutil.rmtree(shop.data / "usage")
    take(shop, "log.csv", "--drop-literals")
    assert "4711" not in repr([kept(shop, table) for table in ("queries", "statements", "uses")])


def test_columns_of_other_names_are_mapped(shop: Workshop) -> None:
    write_files(shop.project, {"other.jsonl": '{"text": "select day from revenue", "at": 1767323045, "by": "ann"}\n'})
    take(shop, "other.jsonl", "--columns", "sql=text,when=at,who=by")

    assert [row["who"] for row in kept(shop, "queries")] == ["ann"]


def test_a_name_that_looks_like_markup_is_shown_as_it_is(shop: Workshop) -> None:
    write_files(shop.project, {"odd.jsonl": '{"sql": "select 1 as a from raw.\\"[/x] :id:\\"", "when": 1767323045}\n'})
    take(shop, "odd.jsonl")
    shown = shop.ribbon("usage")

    assert shown.exit_code == 0, shown.err
    assert "[/x] :id:" in shown.out


BAD = {
    "a file without the columns": (("bad.csv",), "a,b\n1,2\n", "bad.csv: no known query log"),
    "a kind whose columns are missing": (
        ("bad.csv", "--from", "redash"),
        "sql,when\nselect 1,2026-01-02\n",
        "a log of redash needs the columns",
    ),
    "a broken line": (("log.csv", "bad.jsonl"), '{"sql": "select 1", "when": 1}\n{"sql\n', "bad.jsonl:2: invalid JSON"),
    "a dialect that nobody knows": (("log.csv", "--dialect", "klingon"), "", "dialect klingon"),
    "columns of a kind that has its own": (
        ("log.csv", "--from", "superset", "--columns", "who=who"),
        "",
        "--columns is for plain logs",
    ),
}


@pytest.mark.parametrize("wrong", BAD)
def test_a_wrong_call_ends_with_two_and_nothing_is_kept(wrong: str, shop: Workshop) -> None:
    words, content, message = BAD[wrong]
    write_files(shop.project, {word: content for word in words if word.startswith("bad.")})
    ended = shop.ribbon("usage", "import", *words)

    assert ended.exit_code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err
    assert not list(shop.data.glob("usage/*"))


def test_without_artifacts_it_says_what_to_run(shop: Workshop) -> None:
    (shop.target / "manifest.json").unlink()
    ended = shop.ribbon("usage", "import", "log.csv", "--json")

    assert ended.exit_code == 2
    assert "dbt compile" in json.loads(ended.out)["error"]
