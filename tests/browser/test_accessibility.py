"""axe finds nothing serious on any page, in any theme, with the drawings and the dialog open.

Its text is evaluated in the page, which the page's own policy forbids: it is set aside here, and only here.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

AXE = Path(__file__).parent / "vendor/axe.min.js"
PAGES = (
    "index.html",
    "index.html#group=sales",
    "health.html",
    "evolution.html",
    "relation/mart.store_daily.html#lineage=net_usd",
)


def serious(page: "Page") -> list[str]:
    """What is wrong, as rule and element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false})")["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['html'][:160]}" for one in grave for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_keeps_nobody_out(visit: "Visit", address: str, theme: str) -> None:
    page = visit(address, color_scheme=theme, bypass_csp=True)
    if "lineage" in address:
        page.wait_for_selector(".lineage .box")
    page.locator("details.fold").evaluate_all("all => all.forEach(each => each.open = true)")
    assert serious(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_search_keeps_nobody_out(visit: "Visit", theme: str) -> None:
    page = visit(color_scheme=theme, bypass_csp=True)
    page.keyboard.press("/")
    page.keyboard.type("net_usd")
    page.wait_for_selector("[role=option]")
    assert serious(page) == []
