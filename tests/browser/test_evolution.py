"""How the model should grow: the page of evolution, and what leads to it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Visit


def test_the_front_page_leads_to_all_proposals(visit: "Visit") -> None:
    page = visit("index.html")
    page.get_by_role("link", name="11 proposals").click()
    page.wait_for_url("**/evolution.html")
    assert page.locator(".headline").inner_text() == "11 proposals"
    assert page.locator(".top [aria-current=page]").inner_text() == "Evolution"


def test_a_relation_leads_to_the_proposal_that_is_about_it(visit: "Visit") -> None:
    page = visit("relation/mart.regions.html")
    page.locator("#evolution a").click()
    page.wait_for_url("**/evolution.html#agree-00000b")
    assert page.locator(".proposal:target h3").inner_text() == "net_usd: one name, two meanings"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_change_opens_without_a_script_and_has_its_colours(visit: "Visit", theme: str) -> None:
    page = visit("evolution.html#simplify-00000a", java_script_enabled=False, color_scheme=theme)
    proposal = page.locator("#simplify-00000a")
    proposal.get_by_text("The change").click()
    assert proposal.locator(".gone").first.inner_text() == "--- the old way"
    inks = {proposal.locator(f".{kind}").first.evaluate("one => getComputedStyle(one).color") for kind in DIFFERENT}
    assert len(inks) == len(DIFFERENT)
    assert "ribbon evolve apply simplify-00000a" in proposal.inner_text()
    assert page.locator("script:not([src])").count() == page.locator(".proposal img").count() == 0


DIFFERENT = ("added", "gone", "place")


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_scrolls_a_long_line_of_a_change_and_not_the_page(visit: "Visit", width: int) -> None:
    page = visit("evolution.html#simplify-00000a", viewport={"width": width, "height": 800})
    page.get_by_text("The change").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("pre.diff").evaluate("one => one.scrollWidth > one.clientWidth")
