"""The page of health: what ran, what is red or amber, since when, who answers for it and where it is written."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ribbon.catalog.composing.days import thirty_days
from ribbon.catalog.composing.healths import Healths
from ribbon.catalog.composing.troubles import bad_nodes, broken_promises, late_sources, set_aside
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.views import HealthView, Trouble

__all__ = ["compose_health"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def compose_health(documents: Documents, judged: Judged, now: datetime) -> HealthView:
    """How the project stands. now: UTC; by it sources are late, and it is the last of the thirty days."""
    said = Healths(documents, judged).of(documents.ids())
    return HealthView(
        runs=judged.invocations(),
        troubles=tuple(sorted(_troubles(documents, judged, now), key=_urgency)),
        passing=said.passing,
        measured=said.passing + said.warning + said.failing,
        days=thirty_days(judged.days(), now),
        ungated=tuple(sorted(_ungated(documents, judged))),
        never=said.never,
    )


def _troubles(documents: Documents, judged: Judged, now: datetime) -> Iterator[Trouble]:
    promises = tuple(broken_promises(documents, judged, now))
    yield from bad_nodes(documents, judged, now)
    yield from promises
    yield from late_sources(documents, judged, now)
    yield from set_aside(documents, judged, {trouble.relation for trouble in promises if trouble.quarantine}, now)


def _urgency(trouble: Trouble) -> tuple[bool, float, str, str]:
    """Red before amber; of those, what is new before what has always been so. A node stands before its promises."""
    since = trouble.since or _ALWAYS
    return trouble.status != "fail", (_ALWAYS - since).total_seconds(), trouble.title, trouble.what


def _ungated(documents: Documents, judged: Judged) -> Iterator[tuple[str, str]]:
    for test_id, reason in judged.ungated().items():
        promise = documents.promise(test_id)
        if promise:
            yield f"{documents.link(documents.tested(test_id)[0]).label}: {promise.words}", reason
