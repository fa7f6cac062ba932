"""Opens pages in Chromium, from the disk where they allow it, and says when they can be used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from typing import Any

from figures import Opened, Site

__all__ = ["browser", "opened"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
ROUNDS = 5

# A page can be used when it says something; Ribbon's first page has drawn its bands then. It says so itself, by its own
# clock: to ask it from here takes a tenth of a second, several where the machine is busy.
WATCH = """
const look = () => document.readyState === "complete" && document.body.innerText.length > 200
    && (!document.querySelector("[data-ribbon]") || document.querySelector("[data-ribbon] svg") !== null)
    ? requestAnimationFrame(() => setTimeout(() => { window.usableAfter = performance.now() }, 0))
    : requestAnimationFrame(look);
look();
"""
USABLE = "() => window.usableAfter"
FIRST_PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, or None where there is none."""
    program = os.environ.get("RIBBON_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - is not needed where there is no Chromium
    except ImportError:
        program = None
    if program is None:
        yield None
        return
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def opened(chromium: Any, site: Site) -> dict[str, Opened]:
    """Each page of the site several times, in a fresh profile each; medians."""
    return {page: _opened(chromium, site, page) for page in filter(None, (site.first, site.then))}


def _opened(chromium: Any, site: Site, page: str) -> Opened:
    with _addresses(site) as root:
        runs = [_once(chromium, f"{root}/{page}") for _ in range(ROUNDS)]
    return Opened(median(paint for paint, _ in runs), median(ready for _, ready in runs))


@contextmanager
def _addresses(site: Site) -> Iterator[str]:
    """Where its pages are: on the disk, or at a server where it needs one."""
    if not site.served:
        yield site.root.as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site.root))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _once(chromium: Any, address: str) -> tuple[float, float]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.add_init_script(WATCH)
    tab.goto(address, timeout=120_000)
    ready = tab.wait_for_function(USABLE, timeout=120_000).json_value()
    paint = tab.evaluate(FIRST_PAINT)
    context.close()
    return paint / 1000, ready / 1000
