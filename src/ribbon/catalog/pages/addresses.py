"""Links out of data, and long names that must be able to break."""

import re
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

from ribbon.catalog.pages.safe import written

__all__ = ["breakable", "capital", "external", "mailto", "quoted"]

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")


def quoted(text: str) -> str:
    """A piece of a path or fragment."""
    return quote(text, safe="-._~")


def external(url: str) -> str:
    """The address if it is http or https, else nothing: `javascript:` is an address too."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def mailto(email: str) -> str:
    """A link that writes to somebody, or nothing where that is no address."""
    return f"mailto:{quote(email, safe='@.+-_')}" if ADDRESS.fullmatch(email) else ""


def breakable(name: str) -> Markup:
    """A name that a narrow screen may break after a dot, an underscore or a slash."""
    return written(re.sub(r"([._/])(?=\w)", r"\1<wbr>", str(escape(name))))


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]
