"""The ribbon on the front page, the theme, narrow screens, and the page without scripts."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.overlaps import overlapping

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def keys(page: "Page", state: str) -> set[str]:
    return set(page.eval_on_selector_all(f".band-group{state}", "all => all.map(one => one.dataset.key)"))


def test_the_ribbon_has_every_group_in_three_columns(visit: "Visit") -> None:
    page = visit()
    places = page.eval_on_selector_all(".band-node", "all => [...new Set(all.map(one => one.getAttribute('x')))]")
    assert keys(page, "") == {"shop", "web", "orders", "people", "sales", "growth"}
    assert len(places) == 3


def test_a_group_says_its_health_in_words_and_by_its_shape(visit: "Visit") -> None:
    page = visit()
    sales = page.locator('[data-key="sales"]')
    assert page.get_by_role("button", name="Sales: 2 relations, 7 columns, 2 promises failing").count() == 1
    assert sales.locator(".health.fail").count() == 1
    assert sales.locator(".health").get_attribute("d") != page.locator('[data-key="shop"] .health').get_attribute("d")


def test_a_click_narrows_to_what_is_tied_to_a_group_and_escape_frees(visit: "Visit") -> None:
    page = visit()
    page.locator('[data-key="growth"]').click()
    page.mouse.move(0, 0)
    assert keys(page, ".far") == {"orders", "sales"}
    assert page.url.endswith("#group=growth")
    assert "Made from People" in page.locator(".bands-said").inner_text()
    page.keyboard.press("Escape")
    assert keys(page, ".far") == set()
    assert "#" not in page.url


def test_the_keyboard_does_what_the_pointer_does(visit: "Visit") -> None:
    page = visit()
    page.locator('[data-key="web"]').focus()
    page.keyboard.press("Enter")
    assert page.locator('[data-key="web"]').get_attribute("aria-pressed") == "true"
    assert keys(page, ".near") == {"web", "people", "sales", "growth"}


def test_hovering_narrows_only_as_long_as_it_lasts(visit: "Visit") -> None:
    page = visit()
    page.locator('[data-key="orders"]').hover()
    assert keys(page, ".far") == {"web", "people", "growth"}
    page.mouse.move(0, 0)
    assert keys(page, ".far") == set()


def test_an_address_opens_the_ribbon_as_it_was_left(visit: "Visit") -> None:
    page = visit("index.html#group=sales&by=rows")
    assert page.locator('[data-key="sales"]').get_attribute("aria-pressed") == "true"
    assert page.locator("input[value=rows]").is_checked()


def test_back_leads_to_the_group_before(visit: "Visit") -> None:
    page = visit()
    page.locator('[data-key="shop"]').click()
    page.locator('[data-key="sales"]').click()
    page.go_back()
    assert page.locator('[data-key="shop"]').get_attribute("aria-pressed") == "true"


def test_bands_are_as_wide_as_what_is_chosen(visit: "Visit") -> None:
    page = visit()
    outline = ".band >> nth=0"
    before = page.locator(outline).get_attribute("d")
    page.get_by_label("rows").check()
    assert page.locator(outline).get_attribute("d") != before


def test_a_description_with_a_script_in_it_stays_text(visit: "Visit") -> None:
    page = visit()
    assert page.evaluate("window.harmed") is None
    assert "<script>" in str(page.locator('[data-key="people"] title').text_content())


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_no_label_covers_another_however_narrow_it_is(visit: "Visit", width: int) -> None:
    page = visit("crowded.html", viewport={"width": width, "height": 740})
    assert page.locator(".band-label").count() == 27
    assert overlapping(page, ".band-label, .band-figures, .band-heading") == []


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("address", ["index.html", "relation/mart.store_daily.html#lineage=net_usd", "health.html"])
def test_a_phone_needs_no_sideways_scrolling(visit: "Visit", address: str, width: int) -> None:
    page = visit(address, viewport={"width": width, "height": 740}, has_touch=True)
    page.wait_for_load_state("load")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_a_tap_narrows_on_a_phone(visit: "Visit") -> None:
    page = visit(**PHONE)
    page.locator('[data-key="growth"] .band-node').tap()
    assert page.url.endswith("#group=growth")


def test_a_page_is_dark_where_the_system_is(visit: "Visit") -> None:
    grounds = [
        visit(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds == ["rgb(251, 251, 250)", "rgb(20, 23, 27)"]


def test_a_theme_that_was_chosen_stays(visit: "Visit") -> None:
    page = visit(color_scheme="light")
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert "dark" in str(toggle.get_attribute("aria-label"))


def test_without_scripts_the_text_is_there_and_nothing_that_would_not_work(visit: "Visit") -> None:
    page = visit(java_script_enabled=False)
    assert page.get_by_role("heading", name="Growth").is_visible()
    assert not page.locator("[data-search]").is_visible()
    assert not page.locator("[data-theme-toggle]").is_visible()
