"""The pages of the catalog as a browser reads them."""

import json
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest

from ribbon.catalog import pages
from ribbon.catalog.pages import assets
from ribbon.catalog.views import (
    ColumnView,
    Distribution,
    EvolutionView,
    FrontView,
    Health,
    HealthView,
    ListedView,
    NodeRunView,
    ProfileView,
    RelationView,
    SubjectView,
    Trouble,
    UseCaseView,
)
from tests.catalog_site import BELOW, ROOT, Page, site
from tests.catalog_views import DAILY, NOW, bare, column, hostile, promise, relation
from tests.conftest import REPOSITORY

BROWSER = REPOSITORY / "src/ribbon/catalog/browser"

VIEWS: dict[type, Callable[..., str]] = {
    EvolutionView: lambda view: pages.render_evolution(view, ROOT),
    FrontView: lambda view: pages.render_front(view, ROOT),
    HealthView: lambda view: pages.render_health(view, ROOT),
    RelationView: lambda view: pages.render_relation(view, BELOW),
    SubjectView: lambda view: pages.render_subject(view, BELOW),
    UseCaseView: lambda view: pages.render_use_case(view, BELOW),
}


def data_of(text: str) -> object:
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize("kind", VIEWS)
def test_a_script_in_any_text_of_a_view_stays_text(kind: type) -> None:
    page = Page(VIEWS[kind](hostile(kind)))
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    loaded = [attrs["src"] for attrs in scripts if "type" not in attrs]
    assert all(source.removeprefix("../").startswith("assets/") for source in loaded)
    assert all(attrs["type"] == "application/json" for attrs in scripts if "type" in attrs)
    assert not [tag for tag, _ in page.elements if tag in ("img", "iframe", "object")]
    names = {name for _, attrs in page.elements for name in attrs}
    assert not {name for name in names if name.startswith("on")} | (names & {"style", "srcdoc"})
    schemes = {urlsplit(href).scheme for href in page.all("href")}
    assert schemes <= {"", "data"}
    assert "alert('x')" in page.said


@pytest.mark.parametrize("kind", VIEWS)
def test_a_view_of_which_nothing_is_known_makes_a_page(kind: type) -> None:
    page = Page(VIEWS[kind](bare(kind)))
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert "None" not in page.said.replace("None.", "")


SITE = site()
HTML = {name: Page(text) for name, text in SITE.items() if name.endswith(".html")}


@pytest.mark.parametrize("name", HTML)
def test_links_lead_to_pages_and_places_that_are_there(name: str) -> None:
    for target, place in _targets(name):
        if target.startswith("assets/"):
            script = target.removeprefix("assets/")
            assert script in assets.JOINED or (BROWSER / script).is_file(), target
        else:
            assert target in SITE
            assert not place or place.startswith("lineage=") or place in HTML[target].all("id"), (target, place)


def _targets(name: str) -> Iterator[tuple[str, str]]:
    for href in HTML[name].all("href") + HTML[name].all("src"):
        parts = urlsplit(href)
        if not parts.scheme:
            path = posixpath.join(posixpath.dirname(name), unquote(parts.path)) if parts.path else name
            yield posixpath.normpath(path), unquote(parts.fragment)


@pytest.mark.parametrize("name", HTML)
def test_headings_step_down_one_at_a_time_and_ids_are_said_once(name: str) -> None:
    levels = [int(tag[1]) for tag, _ in HTML[name].elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels
    ids = HTML[name].all("id")
    assert len(ids) == len(set(ids))
    named = {word for labels in HTML[name].all("aria-labelledby") for word in labels.split()}
    assert named <= set(ids)


@pytest.mark.parametrize("name", HTML)
def test_every_page_has_its_landmarks_and_needs_nothing_from_elsewhere(name: str) -> None:
    tags = [tag for tag, _ in HTML[name].elements]
    assert {tags.count(tag) for tag in ("main", "footer")} == {1}
    assert HTML[name].elements[tags.index("a")][1] == {"class": "skip", "href": "#main"}
    loaded = [attrs for tag, attrs in HTML[name].elements if tag in ("script", "link") and "type" not in attrs]
    assert {urlsplit(attrs.get("src") or attrs["href"]).scheme for attrs in loaded} == {"", "data"}
    assert "http-equiv" in {key for tag, attrs in HTML[name].elements if tag == "meta" for key in attrs}


def test_no_value_of_a_restricted_column_is_on_its_page() -> None:
    broken = promise("`email` is an address", "fail", column="email", message="SECRET-a")
    secret = column("email", restricted=True, promises=(broken,))
    profile = ProfileView(9, 0, 3, "SECRET-b", "SECRET-c", Distribution(("SECRET-d", "SECRET-e"), (6, 3)))
    view = relation(replace(secret, profile=profile))
    data = json.dumps(pages.relation_data(view))
    for text in (pages.render_relation(view, BELOW), pages.markdown_of_relation(view), data):
        assert "SECRET" not in text
    assert "restricted" in Page(pages.render_relation(view, BELOW)).said


def test_columns_of_any_name_have_places_of_their_own() -> None:
    names = ("net sales", "net_sales", "50%", 'a"b', "<b>", "ünï", "#x")
    view = relation(*(column(name, made_from=(), feeds=()) for name in names), grain=())
    page = Page(pages.render_relation(view, BELOW))
    ids = [one for one in page.all("id") if one.startswith("column-")]
    said = ["net_sales", "net_sales-1", "50%", 'a"b', "<b>", "ünï", "#x"]
    assert ids == [f"column-{name}" for name in said]
    assert {unquote(href[1:]) for href in page.all("href") if href.startswith("#column-")} == set(ids)


def test_the_data_of_a_relation_has_the_form_that_its_scripts_read() -> None:
    view = relation(column("paid"), ColumnView("bare"))
    assert data_of(pages.render_relation(view, BELOW)) == {
        "id": "model.shop.orders",
        "label": "warehouse.orders",
        "layer": "warehouse",
        "slug": "warehouse.orders",
        "complete": True,
        "standing": ["fail", "1 of 3 promises failing"],
        "reads": [0],
        "read_by": [1, 2],
        "columns": [
            [
                "paid",
                "computed",
                "coalesce(paid, 0)",
                [[0, "paid", "computed", ["coalesce(paid, 0)", "paid"]]],
                [[1, "paid", "copied", []]],
                [[1, "filtered by", "paid > 0"]],
            ],
            ["bare"],
        ],
        "relations": [
            ["source.shop.raw.orders", "lake.raw.orders", "lake", "lake.raw.orders"],
            ["model.shop.daily", "mart.daily", "mart", "mart.daily"],
            ["exposure.shop.board", "The board", "use", ""],
        ],
        "rows": [[0, "is_test", "filtered by", "not is_test"]],
    }


def test_data_comes_back_from_a_page_as_it_went_in() -> None:
    front = hostile(FrontView)
    data = data_of(pages.render_front(front, ROOT))
    assert isinstance(data, dict)
    assert data["project"] == front.project
    script = pages.received("relation", {"a": "\u2028</script>"})
    assert script == 'ribbon.receive("relation", {"a":"\\u2028</script>"});\n'


def test_scripts_of_pages_are_those_that_there_are() -> None:
    listed = {*assets.STYLES, *assets.FIRST, *assets.EVERY_PAGE, *assets.FRONT, *assets.RELATION}
    there = {path.name for path in BROWSER.glob("*") if path.suffix in (".js", ".css")}
    assert {name for name in listed if "/" not in name} == there
    assert all((BROWSER / name).is_file() for name in listed)


def test_health_is_calm_where_all_is_well_and_says_since_when_where_not() -> None:
    assert "All is well: 7 promises passing" in Page(pages.render_health(HealthView(passing=7, measured=7), ROOT)).said
    assert "1 thing is red, 1 amber" in HTML["health.html"].said
    assert "since 2026-11-21 05:12" in HTML["health.html"].said


def test_where_nobody_answers_for_something_it_is_said() -> None:
    trouble = Trouble("fail", "node", "orders was not built", "model.shop.orders", "relation/warehouse.orders.html")
    owned = replace(trouble, owner="Sales", email="sales@example.com")
    for one, said in ((trouble, "no owner"), (owned, "Sales")):
        assert said in Page(pages.render_health(HealthView(troubles=(one,)), ROOT)).said
    assert "Owner no owner" in Page(pages.render_relation(replace(relation(), owner="", email=""), BELOW)).said


def test_a_relation_was_last_built_when_a_run_of_it_came_to_a_good_end() -> None:
    failed, skipped = (NodeRunView(status, status, 1, NOW + timedelta(days=1)) for status in ("error", "skipped"))
    view = replace(relation(), runs=(skipped, failed, NodeRunView("r", "success", 1, NOW)))
    assert "Last built 2026-11-21 05:12" in Page(pages.render_relation(view, BELOW)).said
    assert "Last built: 2026-11-21 05:12 UTC" in pages.markdown_of_relation(view)


def test_sql_of_a_relation_leads_to_what_it_reads() -> None:
    link = """{{ <a href="lake.raw.orders.html">source('raw', 'orders')</a> }}"""
    assert link in SITE["relation/warehouse.orders.html"]


def test_a_handbook_page_links_to_pages_of_the_site_and_leaves_other_files_as_words() -> None:
    page = HTML["handbook/naming.html"]
    assert "gate.html#the-gate" in page.all("href")
    assert not [href for href in page.all("href") if "a.py" in href]
    assert "a-b" in page.all("id")


def test_lists_of_relations_say_what_each_is_and_how_it_stands() -> None:
    listed = [ListedView(DAILY, "One row per *day*. And more.", 3, 1200, 7, Health(passing=4, failing=1), NOW)]
    page = Page(pages.render_subject(SubjectView("sales", "Sales", relations=tuple(listed)), BELOW))
    assert "mart.daily One row per day. 1 failing, 4 promises passing 3 1,200 7" in page.said
    assert "2026-11-21 05:12" in page.said
    assert "../relation/mart.daily.html" in page.all("href")
    use = Page(pages.render_use_case(UseCaseView("daily", "Daily", marts=(DAILY.unique_id,)), BELOW, listed))
    assert "One row per day." in use.said
