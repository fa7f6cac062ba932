"""Names of pages: short, readable, the same from build to build, and fit for any file system and address."""

import re
from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b

__all__ = ["slugs_of"]

_OTHERS = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 120  # so that an ending and a temporary name fit into 255 bytes


def slugs_of(labels: Mapping[str, str]) -> dict[str, str]:
    """The slug of each key, from its label. Those that would be the same, or are cut, get a short hash of the key."""
    plain = {key: _plain(label) for key, label in labels.items()}
    times = Counter(plain.values())
    return {
        key: slug if times[slug] == 1 and 0 < len(slug) <= _LONGEST else f"{slug[:_LONGEST]}-{_hash(key)}".lstrip("-")
        for key, slug in plain.items()
    }


def _plain(label: str) -> str:
    return _OTHERS.sub("-", label.lower()).strip(".-")


def _hash(key: str) -> str:
    return blake2b(key.encode(), digest_size=4).hexdigest()
