"""The handbook of a project: its Markdown files as pages, and their sections for the search."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from markdown_it.token import Token

from ribbon.catalog.addresses import fragment, heading_anchor, unique
from ribbon.catalog.pages.format import safe_html
from ribbon.catalog.pages.markdown import parser
from ribbon.catalog.pages.render import render
from ribbon.catalog.views import NavEntry, Shell

__all__ = ["HANDBOOK", "Handbook", "handbook_title", "read_handbook", "render_handbook"]

PARSER = parser()
TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)

# The folder of its pages, the layer of its entries in the search, and the name of their file.
HANDBOOK = "handbook"

_FENCE = re.compile(r"\s*(?:```|~~~)")

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*\s*$")

_MARKUP = re.compile(r"[`*]|\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of a page's contents."""

    level: int
    text: str
    href: str


def handbook_title(markdown: str, name: str) -> str:
    """The first heading of the page, or its name as words."""
    found = TITLE.search(markdown)
    return found.group(1) if found else name.replace("_", " ").replace("-", " ").capitalize()


def render_handbook(markdown: str, shell: Shell, *, name: str, pages: Sequence[NavEntry] = ()) -> str:
    """A page of the handbook. name: of its file without ending. pages: all of them, page `handbook/<name>.html`."""
    tokens = PARSER.parse(markdown)
    headings = _anchored(tokens)
    known = {entry.page.removeprefix("handbook/").removesuffix(".html") for entry in pages}
    for token in tokens:
        _relinked(token, known)
    body = safe_html(str(PARSER.renderer.render(tokens, PARSER.options, {})))
    return render(
        "handbook.html.j2",
        shell=shell,
        title=handbook_title(markdown, name),
        titled=any(heading.level == 1 for heading in headings),
        contents=[heading for heading in headings if heading.level in (2, 3)],
        body=body,
        pages=pages,
        here=f"handbook/{name}.html",
    )


def _anchored(tokens: Sequence[Token]) -> list[Heading]:
    """Gives each heading its id; returns them in order."""
    taken: set[str] = {"main", "top"}
    headings = []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            text = "".join(child.content for child in tokens[place + 1].children or ())
            anchor = unique(heading_anchor(text) or "section", taken)
            token.attrSet("id", anchor)
            headings.append(Heading(int(token.tag[1]), text, fragment(anchor)))
    return headings


def _relinked(token: Token, known: Collection[str]) -> None:
    """Links to pages beside it lead to their HTML; links to other files become plain text."""
    open_links: list[bool] = []
    for child in token.children or ():
        if child.type == "link_open":
            href = _in_site(str(child.attrGet("href") or ""), known)
            open_links.append(href is not None)
            if href is not None:
                child.attrSet("href", href)
            else:
                child.type, child.tag, child.nesting, child.content = "text", "", 0, ""
        elif child.type == "link_close" and not open_links.pop():
            child.type, child.tag, child.nesting, child.content = "text", "", 0, ""


def _in_site(href: str, known: Collection[str]) -> str | None:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc or not parts.path:
        return href
    name = parts.path.removeprefix("./").removesuffix(".md")
    if name not in known:
        return None
    return f"{name}.html" + (f"#{parts.fragment}" if parts.fragment else "")


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

    def pages(self, shell: Shell) -> Iterator[tuple[str, str]]:
        """Its pages: name and text. shell: as seen from the site's root."""
        entries, below = self.entries, replace(shell, depth=1)
        for name, text in self.texts.items():
            yield f"{HANDBOOK}/{name}.html", render_handbook(text, below, name=name, pages=entries)

    def search_entries(self) -> list[tuple[str, str, str, list[tuple[str, str, str]]]]:
        """Its pages in the search: the text of each heading, by the heading's anchor."""
        return [
            (
                entry.page,
                entry.label,
                HANDBOOK,
                [(HANDBOOK, anchor, section) for anchor, section in _text_by_heading(text)],
            )
            for entry, text in zip(self.entries, self.texts.values(), strict=True)
        ]


def _text_by_heading(markdown: str) -> Iterator[tuple[str, str]]:
    """The text below each heading, the heading with it, and the anchor that its page gives it."""
    taken, anchor, lines, fenced = {"main", "top"}, "", list[str](), False
    for line in markdown.splitlines():
        fenced ^= bool(_FENCE.match(line))
        heading = None if fenced else _HEADING.match(line)
        if heading:
            yield from _section(anchor, lines)
            title = _MARKUP.sub(r"\1", heading[1])
            anchor, lines = unique(heading_anchor(title) or "section", taken), [title + "."]
        else:
            lines.append(line)
    yield from _section(anchor, lines)


def _section(anchor: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    text = " ".join(" ".join(lines).split())
    if text:
        yield anchor, text


def read_handbook(folder: Path) -> Handbook:
    """The handbook in a folder; an empty one where there is none. Files that are not text are left out."""
    texts = {}
    for path in sorted(folder.glob("*.md")):
        try:
            texts[path.stem] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
    return Handbook(texts)
