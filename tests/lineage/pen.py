"""Draws the small decisions that a query is made of."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

__all__ = ["Pen"]

T = TypeVar("T")


class Pen:
    """The simplest decision is the first or the negative one, so that a failing query shrinks to a small one."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._names = 0
        self._left = 4
        self.tie_free = True  # until something is drawn that depends on how ties are broken
        self.asks = False  # whether a value is that of a sub-query

    def one_of(self, options: Sequence[T]) -> T:
        return options[self._number(0, len(options) - 1)]

    def some_of(self, options: Sequence[T], least: int, most: int) -> list[T]:
        left, taken = list(options), []
        for _ in range(self._number(min(least, len(left)), min(most, len(left)))):
            taken.append(left.pop(self._number(0, len(left) - 1)))
        return taken

    def number(self, least: int, most: int) -> int:
        return self._number(least, most)

    def chance(self, percent: int) -> bool:
        return self._number(0, 99) >= 100 - percent

    def may_lose(self, percent: int, cost: int = 1) -> bool:
        """Whether to draw something that lets only part of a change through.

        There are a few of them in a query. Of a long chain nobody could tell by running it whether it lets a change
        through at all.
        """
        if self._left < cost or not self.chance(percent):
            return False
        self._left -= cost
        return True

    def name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}{self._names}"

    def _number(self, least: int, most: int) -> int:
        return self._draw(_between(least, most)) if most > least else least


@cache
def _between(least: int, most: int) -> st.SearchStrategy[int]:
    return st.integers(least, most)
