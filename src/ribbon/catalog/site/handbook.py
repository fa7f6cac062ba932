"""The handbook of a project in its site."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ribbon.catalog.pages import NavEntry, Shell, handbook_title, render_handbook
from ribbon.catalog.pages.anchors import heading_anchor, unique
from ribbon.catalog.site.writing import Folder

__all__ = ["HANDBOOK", "Handbook", "read_handbook"]

# The folder of its pages, the layer of its entries in the search, and the name of their file.
HANDBOOK = "handbook"

_FENCE = re.compile(r"\s*(?:```|~~~)")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$")
_MARKUP = re.compile(r"[`*]|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Handbook:
    """texts: the Markdown of each page, by the name of its file without ending."""

    texts: Mapping[str, str]

    @property
    def entries(self) -> tuple[NavEntry, ...]:
        """Its pages, by name of their files."""
        return tuple(
            NavEntry(handbook_title(text, name), f"{HANDBOOK}/{name}.html") for name, text in self.texts.items()
        )

    @property
    def files(self) -> set[str]:
        """The names of its pages in the site."""
        return {entry.page for entry in self.entries}

    def write(self, folder: Folder, shell: Shell) -> None:
        """Write its pages."""
        entries, below = self.entries, replace(shell, depth=1)
        for name, text in self.texts.items():
            folder.write(f"{HANDBOOK}/{name}.html", render_handbook(text, below, name=name, pages=entries))

    def found(self) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
        """Its pages in the search: the text of each heading, by the heading's anchor."""
        return [
            (entry.page, entry.label, HANDBOOK, [(HANDBOOK, anchor, said) for anchor, said in _sections(text)])
            for entry, text in zip(self.entries, self.texts.values(), strict=True)
        ]


def _sections(markdown: str) -> Iterator[tuple[str, str]]:
    """The text below each heading, the heading with it, and the anchor that its page gives it."""
    taken, anchor, said, fenced = {"main", "top"}, "", list[str](), False
    for line in markdown.splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading:
            yield from _told(anchor, said)
            title = _MARKUP.sub(r"\1", heading[1])
            anchor, said = unique(heading_anchor(title) or "section", taken), [title + "."]
        else:
            said.append(line)
    yield from _told(anchor, said)


def _told(anchor: str, said: list[str]) -> Iterator[tuple[str, str]]:
    text = " ".join(" ".join(said).split())
    if text:
        yield anchor, text


def read_handbook(folder: Path) -> Handbook:
    """The handbook in a folder; an empty one where there is none. What is no text is left out."""
    texts = {}
    for path in sorted(folder.glob("*.md")):
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return Handbook(texts)
