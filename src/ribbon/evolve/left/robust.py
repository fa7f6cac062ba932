"""Whether a figure is far from those before it, by medians: a few odd ones among them do not hide the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

__all__ = ["NEEDED", "Usual", "usual"]

# So many figures have to be there before another is called odd.
NEEDED = 5

# A spread of 1 for a normal distribution (Rousseeuw and Croux, 1993), and how many of them are far.
PER_MAD, FAR = 1.4826, 6.0

# The part of the steps that go one way, from which on a series is a trend and not a level.
TREND = 0.8


@dataclass(frozen=True)
class Usual:
    """Figures before: their middle, and how far from it they usually are."""

    middle: float
    spread: float

    def is_far(self, figure: float, at_least: float) -> bool:
        """Whether a figure is further off than chance would have it, and than `at_least`."""
        return abs(figure - self.middle) > max(FAR * self.spread, at_least)


def usual(figures: Sequence[float]) -> Usual | None:
    """What is usual; None where there are too few figures, or where they rise or fall all the way."""
    if len(figures) < NEEDED or _is_trend(figures):
        return None
    middle = median(figures)
    return Usual(middle, PER_MAD * median(abs(figure - middle) for figure in figures))


def _is_trend(figures: Sequence[float]) -> bool:
    steps = [after - before for before, after in pairwise(figures)]
    return max(sum(step > 0 for step in steps), sum(step < 0 for step in steps)) >= TREND * len(steps)
