"""Names of pages and of the places in them, the same for links and for their targets."""

import re
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from urllib.parse import quote

__all__ = ["column_anchor", "fragment", "heading_anchor", "slugs_of", "unique"]

_OTHERS = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 120  # so that an ending and a temporary name fit into 255 bytes

_SPACE = re.compile(r"\s+")

NOT_IN_HEADING = re.compile(r"[^\w\- ]")


def slugs_of(labels: Mapping[str, str]) -> dict[str, str]:
    """The slug of each key, from its label. Those that would be the same, or are cut, get a short hash of the key."""
    plain = {key: _slug(label) for key, label in labels.items()}
    times = Counter(plain.values())
    return {
        key: slug if times[slug] == 1 and 0 < len(slug) <= _LONGEST else f"{slug[:_LONGEST]}-{_hash(key)}".lstrip("-")
        for key, slug in plain.items()
    }


def _slug(label: str) -> str:
    return _OTHERS.sub("-", label.lower()).strip(".-")


def _hash(key: str) -> str:
    return blake2b(key.encode(), digest_size=4).hexdigest()


def column_anchor(name: str) -> str:
    """The id of a column's row: `column-` and its name; spaces, which an id must not have, become `_`."""
    return "column-" + _SPACE.sub("_", name)


def fragment(anchor: str) -> str:
    """An id as a part of a link."""
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
