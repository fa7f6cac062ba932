"""What is wrong: the page of health, and the head of a relation's page."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.browser.conftest import Visit


def test_health_begins_with_how_much_is_wrong_red_before_amber(visit: "Visit") -> None:
    page = visit("health.html")
    assert page.title() == "Health · Shop"
    assert page.locator(".headline").inner_text() == "1 thing is red, 1 amber"
    assert page.locator(".trouble a").all_inner_texts() == ["mart.store_daily: net_usd is never null", "lake.customers"]
    assert page.locator(".trouble.fail .dot.fail").count() == 1


def test_a_broken_promise_tells_since_when_whose_it_is_and_where_it_stands(visit: "Visit") -> None:
    said = visit("health.html").locator("#red-1").inner_text()
    assert "since 2026-03-01 04:10" in said
    assert "Sales analytics" in said
    assert "expectations/mart/sales/store_daily.yml:12" in said


def test_a_broken_promise_leads_to_its_column(visit: "Visit") -> None:
    page = visit("health.html")
    page.locator("#red-1 a").click()
    page.wait_for_url("**/relation/mart.store_daily.html#column-net_usd")
    assert "failing" in page.locator("#column-net_usd").inner_text()


def test_what_is_not_gated_is_told_when_asked_for(visit: "Visit") -> None:
    page = visit("health.html")
    reason = page.get_by_text("a singular test")
    assert not reason.is_visible()
    page.locator("#ungated summary").focus()
    page.keyboard.press("Enter")
    assert reason.is_visible()


def test_the_page_of_a_relation_begins_with_what_is_wrong_with_it(visit: "Visit") -> None:
    page = visit("relation/mart.store_daily.html")
    wrong = page.locator("header .wrong a")
    assert wrong.all_inner_texts() == ["net_usd is never null"]
    wrong.click()
    page.wait_for_url("**#column-net_usd")


def test_a_relation_that_is_well_has_no_such_list(visit: "Visit") -> None:
    assert visit("relation/lake.orders.html").locator(".wrong").count() == 0
