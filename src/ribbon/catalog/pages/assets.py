"""The scripts and styles of a site: which each kind of page loads, in which order, and what the site serves.

The order is that of browser/README.md.
"""

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import ribbon

__all__ = ["EVERY_PAGE", "FIRST", "FRONT", "JOINED", "RELATION", "STYLES", "asset_files", "assets_version"]

# The scripts and styles as they are written.
FOLDER = Path(ribbon.__file__).parent / "catalog/browser"

# For developers; the vendored libraries' licences are served.
NOT_SERVED = {"README.md"}

STYLES = ("site.css", "drawn.css")
# Before anything is painted, so that no light page turns dark.
FIRST = ("theme.js",)
EVERY_PAGE = ("ribbon.js", "search-names.js", "search-text.js", "search.js")
FRONT = (
    "vendor/d3-array.min.js",
    "vendor/d3-sankey.min.js",
    "drawn-text.js",
    "bands-layout.js",
    "bands-drawing.js",
    "bands.js",
)
RELATION = (
    "drawn-text.js",
    "lineage-graph.js",
    "lineage-signs.js",
    "lineage-layout.js",
    "lineage-drawing.js",
    "lineage-moving.js",
    "lineage-walking.js",
    "lineage-unfolding.js",
    "lineage-controls.js",
    "lineage.js",
)

# Scripts that are loaded as one file: from a disk, a browser takes longer for each file than for its bytes.
JOINED = {"page.js": EVERY_PAGE, "front.js": (*EVERY_PAGE, *FRONT), "relation.js": (*EVERY_PAGE, *RELATION)}


def asset_files() -> Iterator[tuple[str, bytes]]:
    """Every file that the site serves: its name and content."""
    # The semicolon ends a script that has none at its end.
    yield from ((name, b"\n;\n".join((FOLDER / part).read_bytes() for part in parts)) for name, parts in JOINED.items())
    joined = {part for parts in JOINED.values() for part in parts}
    for path in _files():
        name = path.relative_to(FOLDER).as_posix()
        if path.name not in NOT_SERVED and name not in joined:
            yield name, path.read_bytes()


def assets_version() -> str:
    """A short text that changes when a script or style does."""
    digest = blake2b(digest_size=16)
    for path in _files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def _files() -> list[Path]:
    return sorted(path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
