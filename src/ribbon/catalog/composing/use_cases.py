"""The uses of the data, and whether what they were promised was kept."""

from dataclasses import replace

from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.views import UseCaseView

__all__ = ["compose_use_cases"]


def compose_use_cases(documented: Documents, judged: Judged) -> tuple[UseCaseView, ...]:
    """Every use case with its exposures and how the promises of its marts stand, each promise counted once."""
    healths = Healths(documented, judged)
    return tuple(_judged(view, healths) for view in documented.use_cases())


def _judged(view: UseCaseView, healths: Healths) -> UseCaseView:
    said = healths.of(view.marts)
    return replace(view, met=said.passing, warned=said.warning, broken=said.failing, unmeasured=said.never)
