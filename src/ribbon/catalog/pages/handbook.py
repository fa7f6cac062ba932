"""A page of the handbook: Markdown of the project, with anchors, and links that lead inside the site."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it.token import Token

from ribbon.catalog.pages.anchors import heading_anchor, unique
from ribbon.catalog.pages.environment import render
from ribbon.catalog.pages.markdown import parser
from ribbon.catalog.pages.safe import written
from ribbon.catalog.pages.shell import NavEntry, Shell
from ribbon.catalog.views.anchors import fragment

__all__ = ["handbook_title", "render_handbook"]

PARSER = parser()
TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


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
    body = written(str(PARSER.renderer.render(tokens, PARSER.options, {})))
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
    """Links to pages beside it lead to their HTML; links to files that the site has not become plain text."""
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
