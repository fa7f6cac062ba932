"""A real Chromium on a small site, from `file://`. Any error in the console fails the test that saw it."""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import chromium
from tests.browser.small_site import build_small_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    Visit = Callable[..., Page]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_small_site(tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """`make browser` sets RIBBON_BROWSER: then what is missing is an error; else these tests are left out."""
    program = chromium()
    missing = [name for name, there in (("Chromium", program), ("Playwright", find_spec("playwright"))) if not there]
    if missing and not os.environ.get("RIBBON_BROWSER"):
        pytest.skip(f"no {' and no '.join(missing)}: `make browser` installs it")
    assert not missing, f"no {' and no '.join(missing)}: `make browser` installs it, or name one in RIBBON_CHROMIUM"
    with import_module("playwright.sync_api").sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root in a container.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "Browser", site: Path) -> Iterator["Visit"]:
    """Opens a page of the site in a fresh profile. Options are those of Playwright's contexts."""
    contexts, problems = [], list[str]()

    def open_page(address: str = "index.html", **options: Any) -> "Page":
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda request: problems.append(f"{request.url} failed"))
        file, _, fragment = address.partition("#")
        page.goto((site / file).as_uri() + (f"#{fragment}" if fragment else ""))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
