"""Promises with what was measured of them."""

from collections.abc import Iterable
from dataclasses import replace

from ribbon.catalog.facts.interfaces import Measured
from ribbon.catalog.views import PromiseView

__all__ = ["judged"]


def judged(promises: Iterable[PromiseView], measured: Measured) -> tuple[PromiseView, ...]:
    """With their history, and whether readers wait for them."""
    return tuple(
        replace(promise, history=measured.history(promise.test_id), gated=measured.gated(promise.test_id))
        for promise in promises
    )
