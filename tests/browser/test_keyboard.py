"""Everything can be done with keys alone, what has the focus is seen, and no place keeps it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

# What has the focus: a name for it, and whether it takes up room in the window.
FOCUSED = """
() => {
  const one = document.activeElement;
  const {width, height, left, right} = one.getBoundingClientRect();
  const said = one.matches("select, input") ? one.name || one.tagName : one.textContent;
  const name = one.getAttribute("aria-label") ?? said;
  return [one === document.body ? "" : name, width > 0 && height > 0 && right > 0 && left < innerWidth];
}
"""
LIMIT = 200


def tabbed(page: "Page", to: str) -> None:
    """Presses Tab until what is called so has the focus."""
    for _ in range(LIMIT):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED)[0] == to:
            return
    pytest.fail(f"Tab does not lead to {to!r}")


@pytest.mark.parametrize("address", ["index.html", "health.html", "relation/mart.store_daily.html#lineage=net_usd"])
def test_tab_leads_through_the_whole_page_and_out_of_it(visit: "Visit", address: str) -> None:
    page = visit(address)
    if "lineage" in address:
        page.locator(".lineage .box").nth(3).wait_for(state="attached")
    walked = list[tuple[str, bool]]()
    while not walked or walked[-1][0]:
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        walked.append((name, seen))
        assert len(walked) < LIMIT
    assert walked[0][0] == "To the content"
    assert [name for name, seen in walked[:-1] if not seen] == []


def test_from_the_first_page_to_where_a_figure_comes_from(visit: "Visit") -> None:
    page = visit()
    page.keyboard.press("/")
    page.keyboard.type("mart.store_daily")
    page.wait_for_selector("[role=option][aria-selected=true]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/relation/mart.store_daily.html")
    tabbed(page, "SELECT")
    page.keyboard.type("net_usd")
    page.wait_for_selector(".column.start")
    tabbed(page, "net_usd of mart.store_daily")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate(FOCUSED)[0] in {"gross of lake.orders", "discount of lake.orders"}
    assert "gross - coalesce(discount, 0)" in page.locator(".lineage-details").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_selector(".column.start[aria-label$='of lake.orders']")


def test_the_dialog_of_the_search_keeps_the_focus_only_as_long_as_it_is_open(visit: "Visit") -> None:
    page = visit()
    page.locator("[data-search]").focus()
    page.keyboard.type("net")
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-search]')")
