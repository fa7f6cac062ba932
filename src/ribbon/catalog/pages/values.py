"""What was measured of a column's values, as a small list. No value of a restricted column is in it."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from ribbon.catalog.pages.figures import count, share
from ribbon.catalog.pages.pictures import spark, value_bars
from ribbon.catalog.pages.safe import written
from ribbon.catalog.views import ColumnView, Distribution, ProfileView

__all__ = ["values"]

LONGEST_VALUE = 60


def values(column: ColumnView) -> Markup:
    """Share of empty values, distinct ones, the smallest, the largest and the most frequent."""
    seen = column.profile
    if seen is None:
        return written("")
    listed = "".join(f"<div><dt>{name}</dt><dd>{said}</dd></div>" for name, said in _figures(seen, column.restricted))
    frequent = _frequent(seen.top, seen.rows) if seen.top and seen.top.counts and not column.restricted else ""
    return written(f"<dl>{listed}</dl>{frequent}")


def _figures(seen: ProfileView, restricted: bool) -> Iterator[tuple[str, str]]:
    empty = escape(share(seen.nulls / seen.rows)) if seen.rows else "no rows"
    yield "empty", f"{empty} {spark(seen.null_rates, 'Share of empty values over the last runs', 0.0)}"
    if seen.distinct is not None:
        yield "distinct", count(seen.distinct)
    if seen.smallest is not None and not restricted:
        yield "least", _value(seen.smallest)
    if seen.largest is not None and not restricted:
        yield "most", _value(seen.largest)


def _frequent(top: Distribution, rows: int) -> str:
    items = "".join(f"<li><code>{_value(label)}</code> {_times(number, rows)}</li>" for label, number in _pairs(top))
    picture = f'<summary>{value_bars(top)}<span class="hidden">Most frequent values</span></summary>'
    return f'<details class="top-values">{picture}<ol>{items}</ol></details>'


def _pairs(top: Distribution) -> Iterator[tuple[str, int]]:
    return zip(top.labels, top.counts, strict=False)


def _times(number: int, rows: int) -> str:
    return f'{count(number)} <span class="of">{escape(share(number / rows))}</span>' if rows else count(number)


def _value(text: str) -> str:
    return str(escape(text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"))
