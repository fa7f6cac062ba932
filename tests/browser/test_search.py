"""The search: opened by keys, names at once, texts after, everything by keyboard."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Visit


def asked(page: "Page", query: str) -> "Page":
    page.keyboard.press("/")
    page.keyboard.type(query)
    page.locator(".search-status", has_text=re.compile("result|Nothing")).wait_for()
    return page


def field(page: "Page") -> "Locator":
    return page.get_by_role("combobox", name="Search names")


def titles(page: "Page", group: str) -> list[str]:
    return page.locator(f'[aria-labelledby="search-{group}"] .search-title').all_inner_texts()


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_keys_open_it_and_escape_closes_it(visit: "Visit", key: str) -> None:
    page = visit()
    page.keyboard.press(key)
    assert field(page).is_visible()
    page.keyboard.type("net")
    page.keyboard.press("Escape")
    assert not field(page).is_visible()


def test_what_is_typed_into_the_field_of_the_page_goes_on_in_the_dialog(visit: "Visit") -> None:
    page = visit()
    page.locator("[data-search]").focus()
    page.keyboard.type("regions")
    assert field(page).input_value() == "regions"


def test_names_are_found_in_any_order_of_their_words(visit: "Visit") -> None:
    page = asked(visit(), "daily store")
    assert titles(page, "relations") == ["mart.store_daily"]


def test_marts_come_before_what_they_are_made_from(visit: "Visit") -> None:
    page = asked(visit(), "net_usd")
    assert titles(page, "columns") == ["mart.regions.net_usd", "mart.store_daily.net_usd", "warehouse.orders.net_usd"]


def test_a_column_is_found_by_its_relation_and_name_and_opened_by_enter(visit: "Visit") -> None:
    page = asked(visit(), "lake.orders.sold at")
    page.keyboard.press("Enter")
    page.wait_for_url("**/relation/lake.orders.html#column-sold_at")
    assert page.locator("#column-sold_at").is_visible()


def test_pages_are_found_by_their_title(visit: "Visit") -> None:
    assert titles(asked(visit(), "sales"), "pages") == ["Sales"]


def test_sql_is_found_in_the_texts_with_its_surroundings(visit: "Visit") -> None:
    page = asked(visit(), "peculiar_marker")
    hit = page.locator('[aria-labelledby="search-text"] a')
    assert "where peculiar_marker < 3 & 1" in hit.inner_text()
    assert hit.locator("mark").inner_text() == "peculiar_marker"
    assert str(hit.get_attribute("href")).endswith("relation/mart.store_daily.html#sql")


def test_all_words_have_to_be_there_in_whatever_passage(visit: "Visit") -> None:
    page = asked(visit(), "peculiar_marker region thing")
    assert titles(page, "text") == ["mart.store_daily"]


def test_one_kind_of_results_alone_shows_more_of_them(visit: "Visit") -> None:
    page = asked(visit(), "day")
    assert len(titles(page, "columns")) == 8
    assert "the best 8 of 175" in page.locator("#search-columns").inner_text()
    page.get_by_label("Columns", exact=True).check()
    page.locator(".search-status", has_text="150 results").wait_for()
    assert page.locator(".search-group").all_inner_texts() == ["Columns · the best 150 of 175"]
    assert page.evaluate("document.activeElement.getAttribute('role')") == "combobox"


def test_what_nothing_holds_is_said(visit: "Visit") -> None:
    assert "Nothing holds" in asked(visit(), "zebra crossing").locator(".search-status").inner_text()


def test_arrow_keys_move_through_all_results_and_around(visit: "Visit") -> None:
    page = asked(visit(), "net_usd")
    box = field(page)
    first = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = box.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    last = box.get_attribute("aria-activedescendant")
    assert len({first, second, last}) == 3
    assert page.locator("[role=option][aria-selected=true]").count() == 1


def test_texts_that_look_like_markup_stay_text(visit: "Visit") -> None:
    page = asked(visit(), "onerror")
    assert "<img" in page.locator('[aria-labelledby="search-text"]').inner_text()
    assert page.evaluate("window.harmed") is None


def test_a_result_on_the_same_page_closes_the_dialog(visit: "Visit") -> None:
    page = asked(visit("relation/mart.regions.html"), "mart.regions.net_usd")
    page.keyboard.press("Enter")
    field(page).wait_for(state="hidden")
    assert page.url.endswith("#column-net_usd")
