"""The scripts and styles of each kind of page, in the order in which they run: what browser/README.md asks for."""

__all__ = ["EVERY_PAGE", "FIRST", "FRONT", "JOINED", "RELATION", "STYLES"]

STYLES = ("site.css", "drawn.css")
# Before anything is painted, so that nobody sees a light page turn dark.
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

# What is loaded in one file: a browser that opens a page from the disk takes longer for each file than for its bytes.
JOINED = {"page.js": EVERY_PAGE, "front.js": (*EVERY_PAGE, *FRONT), "relation.js": (*EVERY_PAGE, *RELATION)}
