"""Markdown of descriptions and handbook pages as HTML; HTML in it stays text."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from ribbon.catalog.pages.format import safe_html

__all__ = ["first_sentence", "inline", "parser", "plain_text", "rendered"]

# Most descriptions of columns are a plain sentence, and parsing one costs a hundred times as much as escaping it.
# An underscore inside a word marks nothing, and names are full of them.
MARKS = re.compile(r"[\\`*\[\]<>&!|~#=\n]|(?<!\w)_|_(?!\w)|://|^\s*(?:[-+]|\d+[.)])\s")
CODE_ONLY = re.compile(r"`([^`\n]+)`")
SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)
SCHEMES = frozenset({"", "http", "https", "mailto"})
BROWSERS_IGNORE = re.compile(r"[\x00-\x20]")


def allowed(url: str) -> bool:
    """Whether a link may be written: http, https, mailto, or a place in this site."""
    try:
        parts = urlsplit(BROWSERS_IGNORE.sub("", url))
    except ValueError:
        return False
    return parts.scheme.lower() in SCHEMES


def parser() -> MarkdownIt:
    """CommonMark with tables and without HTML; links only where `allowed` says so."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = allowed  # type: ignore[method-assign]
    markdown.add_render_rule("image", _image_as_link)
    markdown.add_render_rule("table_open", lambda *_: '<div class="scroll" tabindex="0"><table>\n')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return markdown


def _image_as_link(_self: object, tokens: Sequence[Token], place: int, *_: Any) -> str:
    """A picture from elsewhere would show its server who reads the catalog, and is missing offline."""
    token = tokens[place]
    return f'<a href="{escape(str(token.attrGet("src") or ""))}">{escape(token.content or "picture")}</a>'


PARSER = parser()


@lru_cache(maxsize=4096)
def rendered(text: str) -> Markup:
    """A description as paragraphs; its headings are below those of the page."""
    text = text.strip()
    if not text or (simple := _simple(text)) is not None:
        return safe_html(f"<p>{simple}</p>") if text else safe_html("")
    tokens = PARSER.parse(text)
    lower_headings(tokens, 2)
    return safe_html(str(PARSER.renderer.render(tokens, PARSER.options, {})))


def lower_headings(tokens: Sequence[Token], levels: int) -> None:
    """Headings of a text become those of the page that it stands in."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + levels, 6)}"


@lru_cache(maxsize=16384)
def inline(text: str) -> Markup:
    """One line, without paragraphs: for sentences in tables and lists."""
    text = text.strip()
    simple = _simple(text)
    return safe_html(simple if simple is not None else str(PARSER.renderInline(text)))


def _simple(text: str) -> str | None:
    """The HTML of a text with nothing to parse but `code`; None where there is more."""
    if not MARKS.search(text):
        return str(escape(text))
    pieces = CODE_ONLY.split(text)
    if any(MARKS.search(piece) for piece in pieces[::2]):
        return None
    escaped = (escape(piece) for piece in pieces)
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(escaped))


def plain_text(text: str) -> str:
    """The words alone, on one line."""
    return " ".join(_words(PARSER.parse(text)).split()) if MARKS.search(text) else " ".join(text.split())


def _words(tokens: Sequence[Token]) -> str:
    """The texts of blocks, apart from each other by a space."""
    return " ".join("".join(map(_word, token.children)) if token.children else token.content for token in tokens)


def _word(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def first_sentence(text: str, longest: int = 200) -> str:
    """The first sentence as plain text, cut where it is longer than `longest` characters."""
    plain = plain_text(text.strip().split("\n\n", 1)[0])
    found = SENTENCE.match(plain)
    sentence = found.group(1) if found else plain
    return sentence if len(sentence) <= longest else sentence[: longest - 1].rstrip() + "…"
