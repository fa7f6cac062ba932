"""`ribbon evolve`: proposals of a dbt project that knows nothing of Ribbon, listed, shown and dismissed."""

import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Ended, Workshop, edit, write_files

TODAY = datetime.now(UTC).date()
PROJECT = {
    "dbt_project.yml": "name: shop\nprofile: shop\nversion: '1.0'\n",
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "models/staging/sources.yml": """
sources:
  - name: crm
    schema: raw
    tables:
      - name: orders
        columns: [{name: id}, {name: amount}, {name: ordered_on}]
""",
    "models/staging/stg_orders.sql": "select id, amount, ordered_on from {{ source('crm', 'orders') }}\n",
    "models/marts/sales/revenue.sql": """
select ordered_on as day, sum(amount) as revenue, count(id) as orders from {{ ref('stg_orders') }} group by 1
""",
    "models/marts/sales/old_report.sql": "select id from {{ ref('stg_orders') }}\n",
    "models/marts/sales/marts.yml": """
models:
  # asked for every morning
  - name: revenue
    config: {meta: {since: 2020-01-01}}
  - name: old_report
    config: {meta: {since: 2020-01-01}}
""",
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two marts, compiled by dbt; only for `shop`, which copies them."""
    folder = tmp_path_factory.mktemp("compiled")
    write_files(folder, PROJECT)
    _age(folder, 120)
    ended = Workshop(folder, folder / "data", folder / "target").dbt("compile", "--quiet")
    assert ended.exit_code == 0, ended.out
    _age(folder / "target", 60)
    return folder


def _age(folder: Path, seconds: int) -> None:
    """Make files older: written, compiled and copied within milliseconds, their times do not tell what came first."""
    then = time.time() - seconds
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


@pytest.fixture
def bare(compiled: Path, tmp_path: Path) -> Workshop:
    folder = tmp_path / "shop"
    shutil.copytree(compiled, folder)
    return Workshop(folder, folder / "data", folder / "target")


@pytest.fixture
def shop(bare: Workshop) -> Workshop:
    """The same, with a year of queries of one of the marts."""
    days = [TODAY - timedelta(days=each) for each in range(0, 365, 7)]
    rows = [f"ann,{day}T08:00:00Z,select revenue from main.revenue where day = date '2026-01-01'" for day in days]
    write_files(bare.project, {"log.csv": "\n".join(["who,when,sql", *rows, ""])})
    ended = bare.ribbon("usage", "import", "log.csv")
    assert ended.exit_code == 0, ended.err
    return bare


def ids(ended: Ended) -> dict[str, str]:
    """The id of each proposal, by what it is about."""
    assert ended.exit_code == 0, ended.err
    return {proposal["subject"][0]: proposal["id"] for proposal in ended.json["proposals"]}


def test_what_cannot_be_known_is_said_in_a_line_and_is_no_error(bare: Workshop) -> None:
    ended = bare.ribbon("evolve")

    assert ended.exit_code == 0
    assert "No query log is imported: nothing can be called unused." in ended.err
    assert "No source has been landed by Ribbon: no proposals from deliveries." in ended.err
    assert "No run is recorded: no proposals from the history of expectations." in ended.err
    assert "Changed since" not in ended.err


def test_models_that_changed_since_dbt_compiled_are_named(bare: Workshop) -> None:
    edit(bare, "models/marts/sales/revenue.sql", "sum(amount)", "avg(amount)")
    later = (bare.target / "manifest.json").stat().st_mtime + 10
    os.utime(bare.project / "models/marts/sales/revenue.sql", (later, later))

    ended = bare.ribbon("evolve", "--json")

    assert ended.exit_code == 0, ended.err
    assert "Changed since dbt compiled, and shown as before: mart.revenue. Run `dbt compile`." in ended.json["warnings"]


def by(entry: dict[str, Any]) -> str:
    return f" by {entry['who']}" if entry["who"] else ""


def test_proposals_are_listed_shown_and_kept_apart(shop: Workshop) -> None:
    listed = shop.ribbon("evolve")
    report, day = (
        ids(shop.ribbon("evolve", "--json"))[key] for key in ("model.shop.old_report", "model.shop.revenue.day")
    )
    assert f"{report}  mart.old_report: nobody queries it" in listed.out
    assert f"{day}  mart.revenue.day decides the answers of 53 queries" in listed.out
    assert listed.out.index(day) < listed.out.index(report), "more queries come first"
    assert ids(shop.ribbon("evolve", "--kind", "promise", "--json")).keys() == {"model.shop.revenue.day"}

    show = ("evolve", "show", report)
    shown = shop.ribbon(*show)
    assert "dismissed" not in shown.out
    goes_on = TODAY + timedelta(days=30)
    assert "never queried, from " in shown.out
    assert "--- a/models/marts/sales/marts.yml\n+++ b/models/marts/sales/marts.yml" in shown.out
    assert f"+    deprecation_date: {goes_on}" in shown.out

    dismissed = shop.ribbon("evolve", "dismiss", report, "--because", "Auditors: need it # every year")
    assert dismissed.exit_code == 0, dismissed.err
    assert f"{report} dismissed: docs/decisions/dismissed.yml" in dismissed.out
    (entry,) = yaml.safe_load((shop.project / "docs/decisions/dismissed.yml").read_text())
    assert (entry["id"], entry["because"], entry["date"]) == (report, "Auditors: need it # every year", TODAY)
    assert report not in shop.ribbon("evolve").out
    assert report in shop.ribbon("evolve", "--dismissed").out
    assert f"  dismissed on {entry['date']}{by(entry)}: Auditors: need it # every year\n" in shop.ribbon(*show).out
    assert shop.ribbon(*show, "--json").json["dismissed"]["because"] == "Auditors: need it # every year"
    assert "is already dismissed" in shop.ribbon("evolve", "dismiss", report, "--because", "again").err


def test_the_old_words_of_dismiss_go_on_working(shop: Workshop) -> None:
    report = ids(shop.ribbon("evolve", "--json"))["model.shop.old_report"]

    kept = shop.ribbon("evolve", "keep", report, "--because", "Auditors need it.", "--json")

    assert kept.exit_code == 0, kept.err
    assert kept.json["kept"] == report
    assert Path(kept.json["file"]) == shop.project / "docs/decisions/dismissed.yml"
    old, new = (shop.ribbon("evolve", option, "--json").json for option in ("--kept", "--dismissed"))
    assert old == new
    assert [entry["id"] for entry in old["kept"]] == [report]
    shown = shop.ribbon("evolve", "--help").out + shop.ribbon("evolve", "list", "--help").out
    assert "dismiss" in shown
    assert "keep" not in shown
    assert "--kept" not in shown


def test_the_catalog_shows_what_was_listed_last_and_what_was_kept_apart_since(shop: Workshop) -> None:
    listed = ids(shop.ribbon("evolve", "--json"))
    report, day = listed["model.shop.old_report"], listed["model.shop.revenue.day"]
    assert shop.ribbon("evolve", "dismiss", report, "--because", "Auditors need it.").exit_code == 0

    ended = shop.ribbon("docs")

    assert ended.exit_code == 0, ended.err
    site = shop.project / "target/ribbon/site"
    page = (site / "evolution.html").read_text()
    assert f'href="../evolution.html#{day}"' in (site / "relation/mart.revenue.html").read_text()
    assert f"ribbon evolve show {day}" in page
    assert page.index(day) < page.index("Dismissed proposals") < page.index("Auditors need it.")
    assert f"ribbon evolve apply {report}" not in page


def test_what_was_kept_and_is_not_proposed_any_more_is_past(shop: Workshop) -> None:
    entry = "- {id: retire-000000, title: An old one, because: it was needed, date: 2025-01-31, who: Ann}\n"
    write_files(shop.project, {"docs/decisions/dismissed.yml": entry})

    kept = shop.ribbon("evolve", "--dismissed")

    assert "retire-000000  An old one (past: no longer proposed)" in kept.out
    assert "dismissed on 2025-01-31 by Ann: it was needed" in kept.out
    ended = shop.ribbon("evolve", "show", "retire-000000")
    assert ended.exit_code == 2
    assert "It was dismissed on 2025-01-31 by Ann: it was needed. Its entry may be deleted." in ended.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "retire-ffffff"), "retire-ffffff: there is no proposal with this id. `ribbon evolve` lists them."),
        (("dismiss", "retire-ffffff", "--because", "no"), "retire-ffffff: there is no proposal with this id."),
        (
            ("list", "--target-path", "nowhere"),
            "nowhere/manifest.json: there is no such file. Write it with `dbt compile`.",
        ),
    ],
)
def test_bad_calls_are_told_and_change_nothing(bare: Workshop, words: tuple[str, ...], told: str) -> None:
    ended = bare.ribbon("evolve", *words)

    assert ended.exit_code == 2
    assert told in ended.err
    assert not (bare.project / "docs").exists()


def test_settings_and_decisions_that_cannot_be_read_are_told(bare: Workshop) -> None:
    write_files(bare.project, {"docs/decisions/dismissed.yml": "- {id: x}\n"})
    assert "docs/decisions/dismissed.yml: entry 1 (x): title is missing." in bare.ribbon("evolve").err

    write_files(bare.project, {"dbt_project.yml": PROJECT["dbt_project.yml"] + "vars: {ribbon: {evolve: {days: 3}}}\n"})
    ended = bare.ribbon("evolve")
    assert ended.exit_code == 2
    assert "vars: ribbon: evolve: got {days: 3}. It takes " in ended.err
