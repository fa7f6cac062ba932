"""Names of places in a page."""

import re

__all__ = ["heading_anchor", "unique"]

NOT_IN_HEADING = re.compile(r"[^\w\- ]")


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
