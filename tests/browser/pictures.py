"""Takes the pictures of the README from a site that `ribbon docs` wrote: `make pictures`.

    python -m tests.browser.pictures data/site docs/pictures

They are of this project's own catalog, in the light theme. Exit code 1 where there is no such site or no Chromium.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import chromium

# Bytes that a picture may have: the README is read over slow lines, too.
MOST = 250_000


@dataclass(frozen=True)
class Picture:
    """address: of the page. shown: a selector of what has to be drawn. top: a selector of what is at the top."""

    name: str
    address: str
    height: int
    shown: str
    top: str = "body"


PICTURES = (
    Picture("catalog-overview", "index.html", 690, ".band"),
    Picture(
        "catalog-lineage",
        "relation/mart.promotion_lift.html#lineage=like_for_like_lift_ratio",
        600,
        ".lineage .box",
        "#lineage-title",
    ),
    Picture("catalog-health", "health.html", 460, ".headline"),
)


def main(site: Path, folder: Path) -> int:
    """Write all pictures. Returns the exit code."""
    program = chromium()
    if not program or not (site / "index.html").is_file():
        sys.stderr.write(f"{site}: no site, or no Chromium: run `make run`, and `make browser` once\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
        sizes = {picture.name: taken(page, picture, site, folder) for picture in PICTURES}
    for name, size in sizes.items():
        sys.stdout.write(f"{folder / name}.png  {size:,} bytes\n")
    return int(any(size > MOST for size in sizes.values()))


def taken(page: Page, picture: Picture, site: Path, folder: Path) -> int:
    """Take one. Returns its size in bytes."""
    file, _, fragment = picture.address.partition("#")
    page.set_viewport_size({"width": 1200, "height": picture.height})
    page.goto((site / file).resolve().as_uri() + (f"#{fragment}" if fragment else ""))
    page.locator(picture.shown).first.wait_for()
    # The navigation stays at the top and would cover the first lines.
    page.locator(picture.top).evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 110)")
    page.evaluate("document.fonts.ready")
    # The drawing settles and scrollbars go.
    page.wait_for_timeout(500)
    return len(page.screenshot(path=folder / f"{picture.name}.png"))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:3])))
