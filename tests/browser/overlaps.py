"""Which of the things that a selector finds lie over each other, as the browser paints them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAIRS = """
all => {
  const boxes = all.map(one => [one.textContent, one.getBoundingClientRect()]);
  return boxes.flatMap(([name, a], at) => boxes.slice(at + 1)
    .filter(([, b]) => a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom)
    .map(([other]) => [name, other]));
}
"""


def overlapping(page: "Page", selector: str) -> list[list[str]]:
    """Pairs of texts; a pixel does not count."""
    found: list[list[str]] = page.eval_on_selector_all(selector, PAIRS)
    return found
