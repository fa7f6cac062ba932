"""Small charts: SVG without scripts or styles of its own, coloured by site.css. Each has a title with what it shows.

Bars of one kind are one path, since a page of a wide relation holds hundreds of these charts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from ribbon.catalog.pages.format import safe_html
from ribbon.catalog.pages.summary import COUNTED, shown_status
from ribbon.catalog.views import DayOfHealth, Distribution, NodeRunView, VerdictView

__all__ = ["bars", "day_strip", "run_bars", "spark", "value_bars", "verdict_strip"]

SLOTS = 30
STEP = 4
HEIGHT = 12
TALL = 40
SPARK_HEIGHT = 20
# Two points make a line.
ENOUGH = 2
# A run of bars is one dashed line, as thick as the bars are high: the height shows the verdict as the colour does. Here
# are the middles of these lines; site.css sets their thickness.
MIDDLES = {"pass": "9.5", "warn": "8", "fail": "6", "never": "11"}
TOP_VALUES = 10


def verdict_strip(history: Sequence[VerdictView]) -> Markup:
    """The last thirty verdicts, the newest at the right."""
    newest_last = tuple(shown_status(verdict.status) for verdict in reversed(history[:SLOTS]))
    return _strip(newest_last, f"Last {len(newest_last)}")


def day_strip(days: Sequence[DayOfHealth]) -> Markup:
    """One bar for each of the last thirty days."""
    last = days[-SLOTS:]
    words = f"{last[0].day:%Y-%m-%d} to {last[-1].day:%Y-%m-%d}" if last else "No days"
    return _strip(tuple(shown_status(day.worst) for day in last), words)


@lru_cache(maxsize=4096)
def _strip(statuses: tuple[str, ...], title: str) -> Markup:
    if not statuses:
        return safe_html("")
    x = (SLOTS - len(statuses)) * STEP
    paths: dict[str, list[str]] = {}
    for status, group in groupby(statuses):
        width = len(list(group)) * STEP
        paths.setdefault(status, []).append(f"M{x} {MIDDLES[status]}h{width}")
        x += width
    seen = Counter(statuses)
    words = f"{title}: " + ", ".join(f"{seen[status]} {COUNTED[status]}" for status in MIDDLES if seen[status])
    return _picture("strip", (SLOTS * STEP, HEIGHT), words, (_path(key, lines) for key, lines in paths.items()))


def spark(values: Sequence[float], words: str, floor: float | None = None) -> Markup:
    """A line over runs, the oldest at the left, from floor or the least of them; nothing where all are the same."""
    last = values[-SLOTS:]
    if len(last) < ENOUGH or min(last) == max(last):
        return safe_html("")
    low = min(last) if floor is None else floor
    scale = SPARK_HEIGHT / (max(last) - low)
    points = " ".join([f"{slot} {SPARK_HEIGHT - (value - low) * scale:.0f}" for slot, value in enumerate(last)])
    head = f'<svg class="spark" width="60" height="12" viewBox="0 0 {len(last) - 1} {SPARK_HEIGHT}"'
    end = f'<title>{escape(words)}</title><path d="M{points}"/></svg>'
    return safe_html(f'{head} preserveAspectRatio="none" role="img">{end}')


def value_bars(top: Distribution) -> Markup:
    """How often the most frequent values come, from left to right."""
    return bars(top.counts[:TOP_VALUES], "How often the most frequent values come", height=20, step=9)


def bars(numbers: Sequence[float], words: str, *, height: int = TALL, step: int = 8) -> Markup:
    """Bars from zero; the highest fills the picture. Anything above zero stays visible."""
    if not numbers or max(numbers) <= 0:
        return safe_html("")
    lines = _bar_lines(enumerate(numbers), max(numbers), height, step)
    return _picture(f"bars bars-{step}", (len(numbers) * step, height), words, [_path("bar", lines)])


def _bar_lines(numbers: Iterable[tuple[int, float]], highest: float, height: int, step: int) -> list[str]:
    heights = ((slot, max(number / highest * height, 1.0)) for slot, number in numbers if number > 0)
    return [f"M{slot * step + step / 2:g} {height}V{height - tall:.3g}" for slot, tall in heights]


def run_bars(runs: Sequence[NodeRunView]) -> Markup:
    """Seconds of the last thirty runs, the newest at the right; those that failed stand out."""
    last = list(reversed(runs[:SLOTS]))
    highest = max((run.seconds for run in last), default=0.0)
    if highest <= 0:
        return safe_html("")
    numbered = [(slot, run.seconds, shown_status(run.status) == "fail") for slot, run in enumerate(last)]
    paths = [
        _path(key, lines)
        for key, failed in (("bar", False), ("fail", True))
        if (lines := _bar_lines(((n, s) for n, s, bad in numbered if bad == failed), highest, TALL, 8))
    ]
    words = f"Seconds of the last {len(last)} runs, up to {highest:.2f}; {sum(bad for *_, bad in numbered)} failed"
    return _picture("bars bars-8", (len(last) * 8, TALL), words, paths)


def _path(kind: str, lines: Iterable[str]) -> Markup:
    return safe_html(f'<path class="{kind}" d="{"".join(lines)}"/>')


def _picture(kind: str, size: tuple[int, int], words: str, parts: Iterable[Markup]) -> Markup:
    width, height = size
    title = escape(words)
    head = f'<svg class="{kind}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
    return safe_html(f"{head}<title>{title}</title>{''.join(parts)}</svg>")
