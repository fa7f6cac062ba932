"""Names of places in a page: the same for whoever links and whoever is linked to."""

import re
from urllib.parse import quote

__all__ = ["column_anchor", "fragment", "heading_anchor", "unique"]

SPACE = re.compile(r"\s+")
NOT_IN_HEADING = re.compile(r"[^\w\- ]")


def column_anchor(name: str) -> str:
    """The id of a column's row: `column-` and its name; spaces, which an id must not have, become `_`."""
    return "column-" + SPACE.sub("_", name)


def fragment(anchor: str) -> str:
    """An id as it stands in a link."""
    return "#" + quote(anchor, safe="-._~")


def heading_anchor(text: str) -> str:
    """The id of a heading as GitHub makes it, so that links between handbook pages hold in both places."""
    return NOT_IN_HEADING.sub("", text.strip().lower()).replace(" ", "-")


def unique(anchor: str, taken: set[str]) -> str:
    """The anchor, with a number behind it where the page has it already; remembers what it gives."""
    chosen, number = anchor, 1
    while chosen in taken:
        chosen, number = f"{anchor}-{number}", number + 1
    taken.add(chosen)
    return chosen
