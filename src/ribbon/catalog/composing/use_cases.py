"""The uses of the data, and whether what they were promised was kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ribbon.catalog.facts.interfaces import Documents, Measured
from ribbon.catalog.views import UseCaseView

__all__ = ["compose_use_cases"]

_MET, _BROKEN = "pass", frozenset({"fail", "warn", "error", "runtime error"})


def compose_use_cases(documented: Documents, measured: Measured) -> tuple[UseCaseView, ...]:
    """Every use case with its exposures and how the promises of its marts stand, each promise counted once."""
    return tuple(_judged(view, documented, measured) for view in documented.use_cases())


def _judged(view: UseCaseView, documented: Documents, measured: Measured) -> UseCaseView:
    tests = dict.fromkeys(test_id for mart in view.marts for test_id in documented.test_ids(mart))
    seen = Counter(_last_status(tests, measured))
    broken = sum(seen[status] for status in _BROKEN)
    return replace(view, met=seen[_MET], broken=broken, unmeasured=seen.total() - seen[_MET] - broken)


def _last_status(tests: Iterable[str], measured: Measured) -> Iterable[str]:
    for test_id in tests:
        history = measured.history(test_id)
        yield history[0].status if history else "never"
