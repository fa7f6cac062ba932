"""Where a relation's page has its columns: the same for whoever links and whoever is linked to."""

import re
from urllib.parse import quote

__all__ = ["column_anchor", "fragment"]

_SPACE = re.compile(r"\s+")


def column_anchor(name: str) -> str:
    """The id of a column's row: `column-` and its name; spaces, which an id must not have, become `_`."""
    return "column-" + _SPACE.sub("_", name)


def fragment(anchor: str) -> str:
    """An id as it stands in a link."""
    return "#" + quote(anchor, safe="-._~")
