"""The files that the search loads: all names in one, the text in several."""

from collections.abc import Sequence

from ribbon.catalog.composing.search import LAYERS, Named, listed
from ribbon.catalog.pages import received
from ribbon.catalog.site.writing import Folder

__all__ = ["NAMES", "text_file", "write_names", "write_text"]

NAMES = "search/names.js"


def text_file(shard: str) -> str:
    """Where a part of the text is."""
    return f"search/text-{shard}.js"


def write_names(
    folder: Folder, relations: Sequence[Named], pages: Sequence[tuple[str, str, str, str]], shards: Sequence[str]
) -> None:
    """Write the names of relations and of the other pages. relations: by rank. shards: of the text."""
    names = {"layers": LAYERS, **listed(relations), "pages": pages, "shards": shards}
    folder.write(NAMES, received("names", names))


def write_text(folder: Folder, shard: str, relations: Sequence[object]) -> None:
    """Write a part of the text."""
    folder.write(text_file(shard), received("text", {"shard": shard, "relations": relations}))
