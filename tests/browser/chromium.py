"""The Chromium that tests and pictures are made with."""

import os
import shutil

__all__ = ["chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Its program: the one named in RIBBON_CHROMIUM, else the first on PATH; None where there is none."""
    return os.environ.get("RIBBON_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
