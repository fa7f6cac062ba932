"""How old the data of a source may get."""

from datetime import timedelta

import msgspec

from ribbon.catalog.facts.records import Freshness
from ribbon.dbt.documentation import Described, Period, SourceFreshness

__all__ = ["freshness_of", "freshness_words"]


def freshness_of(described: Described) -> Freshness | None:
    """What a source promises; None for others, and where it promises nothing."""
    if described.resource_type != "source" or not described.freshness:
        return None
    said = msgspec.convert(described.freshness, SourceFreshness)
    freshness = Freshness(_span(said.warn_after), _span(said.error_after))
    return freshness if freshness.warn_after or freshness.error_after else None


def freshness_words(freshness: Freshness | None) -> str:
    """`New data at least every 8 days; after 10 days it is an error`, or nothing."""
    if freshness is None:
        return ""
    first = freshness.warn_after or freshness.error_after
    words = f"New data at least every {_words(first)}" if first else ""
    both = freshness.warn_after and freshness.error_after
    return f"{words}; after {_words(freshness.error_after)} it is an error" if both and freshness.error_after else words


def _span(period: Period | None) -> timedelta | None:
    if period is None or not period.count or not period.period:
        return None
    return timedelta(**{f"{period.period}s": period.count})


def _words(span: timedelta) -> str:
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if not span % length:
            count = span // length
            return f"{count} {unit}s" if count != 1 else unit
    return str(span)
