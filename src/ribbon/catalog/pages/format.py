"""Numbers, times, names and links as HTML, and the one place where text is declared to be HTML."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from markupsafe import Markup, escape

__all__ = [
    "breakable",
    "capital",
    "count",
    "duration",
    "external",
    "lasting",
    "mailto",
    "moment",
    "plural",
    "quoted",
    "safe_html",
    "share",
    "stamp",
]

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")

UNKNOWN = "\N{EN DASH}"

# How much of an ISO time is shown, without the time zone: it is always UTC.
MINUTES, SECONDS = 16, 19

MINUTE, HOUR, DAY = 60, 3600, 86400

SMALL_SHARE = 0.001


def safe_html(html: str) -> Markup:
    """HTML that this package wrote itself. The caller has escaped every piece of data in it."""
    return Markup(html)  # noqa: S704


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
    """A link to an email address, or nothing where it is not one."""
    return f"mailto:{quote(email, safe='@.+-_')}" if ADDRESS.fullmatch(email) else ""


def breakable(name: str) -> Markup:
    """A name that a narrow screen may break after a dot, an underscore or a slash."""
    return safe_html(re.sub(r"([._/])(?=\w)", r"\1<wbr>", str(escape(name))))


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def count(number: int | None) -> str:
    """12,345; a dash where it is not known."""
    return UNKNOWN if number is None else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 column`, `3 columns`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: float) -> str:
    """A share from 0 to 1 as a percentage that never rounds something to nothing, nor almost all to all."""
    if 0 < part < SMALL_SHARE:
        return "< 0.1 %"
    if 1 - SMALL_SHARE < part < 1:
        return "> 99.9 %"
    return f"{part * 100:.1f}".removesuffix(".0") + " %"


def duration(seconds: float) -> str:
    """`0.4 s`, `3 min 20 s`, `2 h 5 min`, `4 days`."""
    whole = round(seconds)
    if whole < MINUTE:
        return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < 2 * DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} days"


def stamp(at: datetime | None) -> str:
    """`2026-11-21 05:12`, in UTC."""
    return at.isoformat(" ", "minutes")[:MINUTES] if at else UNKNOWN


def moment(at: datetime | None) -> Markup:
    """A time as an element that programs read too."""
    if at is None:
        return safe_html(UNKNOWN)
    return safe_html(f'<time datetime="{at.isoformat("T", "seconds")[:SECONDS]}Z">{stamp(at)}</time>')


def lasting(since: datetime, until: datetime) -> str:
    """How long something has been so, from one time to another."""
    return duration(max((until - since) / timedelta(seconds=1), 0))
