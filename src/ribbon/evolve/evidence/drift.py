"""Drift: a batch of a source is far from what the batches before it held.

Landing judges each batch as it comes, evolution the newest one of each source.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import expm1, log, log1p
from statistics import median

from ribbon.batch_record import BatchFacts, ColumnFacts, Drift
from ribbon.evolve.evidence.deliveries import Deliveries
from ribbon.model import Delivery, SourceTable

__all__ = ["Figures", "described", "drift_in", "drift_of", "overdue", "stopped_since", "usual"]

# A batch with its figures.
Figures = tuple[str, BatchFacts]

# At least so many figures are needed before another one is called far off.
NEEDED = 5

# The level is that of so many figures at most: what was usual long ago is not what is usual.
LEVEL = 100

# Scales the median deviation to the standard deviation of a normal distribution (Rousseeuw and Croux, 1993), and how
# many of those are far.
PER_MAD, FAR = 1.4826, 6.0

# From this share of steps in one direction on, a series is a trend and not a level.
TREND = 0.8


@dataclass(frozen=True)
class Usual:
    """The level of earlier figures: their median, and how far from it they usually are."""

    middle: float
    spread: float

    def is_far(self, figure: float, at_least: float) -> bool:
        """Whether a figure is further off than chance explains, and than `at_least`."""
        return abs(figure - self.middle) > max(FAR * self.spread, at_least)


def usual(figures: Sequence[float]) -> Usual | None:
    """The level of figures, by medians, so that single outliers do not hide the next.

    None where there are too few figures, or where they are a trend.
    """
    if len(figures) < NEEDED or _is_trend(figures):
        return None
    middle = median(figures)
    return Usual(middle, PER_MAD * median(abs(figure - middle) for figure in figures))


def _is_trend(figures: Sequence[float]) -> bool:
    steps = [after - before for before, after in pairwise(figures)]
    return max(sum(step > 0 for step in steps), sum(step < 0 for step in steps)) >= TREND * len(steps)


# The least difference that is reported: of null rates, of ranges as a part of their width, of counts as a factor.
# Counts are compared by their logarithms, because deliveries differ by factors.
NULL_RATE, PART, TIMES = 0.05, 0.5, log(2)

# Where there are too few batches for a level, a null rate that is so far from each of them is reported.
GROSS = 0.3

ROWS, DISTINCT, DAYS = "rows", "distinct values", "days since the delivery before"

# A delivery has stopped if it is late by so many usual gaps, and so many times the longest gap.
GAPS, LONGEST = 3, 2


# A measure, its figures batch by batch, and the least difference that is reported.
_Series = tuple[str, list[float], float]


def described(drift: Drift) -> str:
    """What is far off, and what is usual."""
    if drift.what == DAYS:
        return f"it came {drift.now:,.0f} days after the one before, where one comes every {drift.before:g} days"
    return f"{drift.what} {_figure(drift, drift.now)}, where {_figure(drift, drift.before)} is usual"


def _figure(drift: Drift, figure: float) -> str:
    if drift.what == "null rate":
        return f"{figure:.1%}"
    return f"{figure:,.0f}" if drift.what in {ROWS, DISTINCT} else f"{figure:,.6g}"


def drift_in(source: SourceTable, batches: Sequence[Figures]) -> tuple[Drift, ...]:
    """What is far off in the last of some batches, which are in the order in which they came, without late rows."""
    recent = batches[-1 - LEVEL :]
    if len(recent) > NEEDED:
        return _first_of_each(_of_landed(source, recent))
    if len(recent) > 1:
        return _first_of_each(_of_nulls(source, recent[-1], _null_rates([facts for _, facts in recent[:-1]])))
    return ()


def drift_of(deliveries: Deliveries) -> tuple[Drift, ...]:
    """What is far off in the newest batch of a source, or in the newest file on offer.

    Batches of late rows are left out. Only null rates of a file on offer are compared: it may be part of a batch.
    """
    source = deliveries.source
    batches = [(batch.id, deliveries.facts[batch.id]) for batch in deliveries.landed if not batch.is_late]
    if not (deliveries.newest_offer and batches):
        return drift_in(source, batches)
    recent = batches[-1 - LEVEL :]
    file, offered = deliveries.newest_offer
    found = _of_landed(source, recent) if len(recent) > NEEDED else []
    rates = _null_rates([facts for _, facts in recent])
    return _first_of_each([*found, *_of_nulls(source, (file.name, offered), rates)])


def _first_of_each(found: Iterable[Drift]) -> tuple[Drift, ...]:
    return tuple({(drift.what, drift.column): drift for drift in reversed(list(found))}.values())


def _of_landed(source: SourceTable, batches: Sequence[Figures]) -> list[Drift]:
    """The newest batch against those before it, by all measures."""
    facts = [each for _, each in batches]
    newest = batches[-1][0]
    keys = _keys(source)
    found = [*_of_rows(newest, facts)]
    for column in source.columns:
        series = [each.columns[column.name] for each in facts if column.name in each.columns]
        if column.name in facts[-1].columns and len(series) > NEEDED:
            rows = [each.rows for each in facts if column.name in each.columns]
            found += _of_column(newest, column.name, series, rows, is_key=column.name in keys)
    if found and found[0].what == ROWS:  # a different number of rows explains a different number of values
        found = [drift for drift in found if drift.what != DISTINCT]
    return found


def _null_rates(facts: Sequence[BatchFacts]) -> dict[str, list[float]]:
    """The null rates of each column, in the order of the batches that have it."""
    found: dict[str, list[float]] = {}
    for each in facts:
        for name, column in each.columns.items() if each.rows else ():
            found.setdefault(name, []).append(column.nulls / each.rows)
    return found


def _of_nulls(source: SourceTable, newest: Figures, before: Mapping[str, Sequence[float]]) -> Iterator[Drift]:
    """Null rates that are far off; where there are too few batches for a level, far from each of them."""
    name, facts = newest
    for column in source.columns:
        rates = before.get(column.name, ())
        if column.name not in facts.columns or not rates or not facts.rows:
            continue
        now, level = facts.columns[column.name].nulls / facts.rows, usual(rates)
        is_far = level.is_far(now, NULL_RATE) if level else min(abs(now - rate) for rate in rates) > GROSS
        if is_far:
            yield Drift("null rate", column.name, name, now, median(rates), len(rates))


def stopped_since(deliveries: Deliveries, today: date) -> tuple[date, float] | None:
    """The day of the last delivery and the usual days between two, where it is long overdue; else None."""
    return overdue({batch.landed_at.date() for batch in deliveries.landed}, deliveries.source.delivery, today)


def overdue(landed: Iterable[date], mode: Delivery, today: date) -> tuple[date, float] | None:
    """The same of the days on which something landed."""
    days = sorted(landed)
    if len(days) <= NEEDED or mode is Delivery.SNAPSHOT:
        return None  # a snapshot equal to the last one does not land
    gaps = [(after - before).days for before, after in pairwise(days)]
    gap = median(gaps)
    allowed = timedelta(days=max(GAPS * gap, LONGEST * max(gaps)))
    return (days[-1], gap) if today - days[-1] > allowed else None


def _keys(source: SourceTable) -> frozenset[str]:
    """Columns that are unique or split the batches: their range and their number of values mean nothing."""
    unique = {
        each.column for each in source.expectations if each.name in {"unique", "expect_column_values_to_be_unique"}
    }
    grain = {column for each in source.expectations for column in each.arguments.get("columns", ())}
    return frozenset(name for name in (*unique, *grain, *source.key, source.batch_by) if name)


def _of_rows(batch: str, facts: Sequence[BatchFacts]) -> Iterator[Drift]:
    before = [log1p(each.rows) for each in facts[:-1]]
    level = usual(before)
    if level and level.is_far(log1p(facts[-1].rows), TIMES):
        yield Drift(ROWS, None, batch, facts[-1].rows, expm1(level.middle), len(before))


def _of_column(
    batch: str, name: str, series: Sequence[ColumnFacts], rows: Sequence[int], *, is_key: bool
) -> Iterator[Drift]:
    for what, figures, at_least in _measures(series, rows, is_key=is_key):
        level = usual(figures[:-1])
        if level and level.is_far(figures[-1], at_least):
            now, before = (expm1(each) if what == DISTINCT else each for each in (figures[-1], level.middle))
            yield Drift(what, name, batch, now, before, len(figures) - 1)


def _measures(series: Sequence[ColumnFacts], rows: Sequence[int], *, is_key: bool) -> Iterator[_Series]:
    """The measures of a column."""
    full = [(each, count) for each, count in zip(series, rows, strict=True) if count]
    if not full or not rows[-1]:
        return
    yield "null rate", [each.nulls / count for each, count in full], NULL_RATE
    if is_key:
        return
    present = [(each.distinct, count - each.nulls) for each, count in full]
    # More rows hold more distinct values, so both their number and their density have to be off.
    per_row = [log1p(distinct) - log1p(count) for distinct, count in present]
    density = usual(per_row[:-1])
    if present[-1][1] and (density is None or density.is_far(per_row[-1], TIMES)):
        yield DISTINCT, [log1p(distinct) for distinct, _ in present], TIMES
    yield from _ranges([each for each, _ in full])


def _ranges(series: Sequence[ColumnFacts]) -> Iterator[_Series]:
    """The lowest and the highest value, where they exceed all earlier ones."""
    bounds = [(each.lowest, each.highest) for each in series if each.lowest is not None and each.highest is not None]
    if len(bounds) < len(series):
        return
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    width = max(highs[:-1]) - min(lows[:-1])
    if lows[-1] < min(lows[:-1]):
        yield "lowest value", lows, PART * width
    if highs[-1] > max(highs[:-1]):
        yield "highest value", highs, PART * width
