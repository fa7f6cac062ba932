"""What a relation adds to its group: columns, rows, queries, and how its promises stand."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields

from ribbon.catalog.facts.interfaces import Documents, Traced, Used
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.views import Health

__all__ = ["Member", "health_of_all", "member_of"]

_PASSING, _WARNING, _FAILING = frozenset({"pass"}), frozenset({"warn"}), frozenset({"fail", "error", "runtime error"})


@dataclass(frozen=True, slots=True)
class Member:
    """rows: at the last build, 0 where that is not known. queries: how often it was asked."""

    columns: int = 0
    rows: int = 0
    queries: int = 0
    health: Health = field(default_factory=Health)


def member_of(uid: str, documents: Documents, traced: Traced, measured: Judged, used: Used) -> Member:
    """What the facts say of a relation. Whether a source is late, others know: `Trouble` of the page of health."""
    usage = used.usage(uid)
    rows = measured.row_counts(uid)
    return Member(
        columns=len(traced.columns(uid) or ()),
        rows=rows[-1] if rows else 0,
        queries=usage.queries if usage else 0,
        health=_health(uid, documents, measured),
    )


def _health(uid: str, documents: Documents, measured: Judged) -> Health:
    seen = Counter(measured.status(test_id) for test_id in documents.test_ids(uid))
    passing, warning, failing = (sum(seen[status] for status in each) for each in (_PASSING, _WARNING, _FAILING))
    runs = measured.runs(uid)
    return Health(
        passing=passing,
        warning=warning,
        failing=failing,
        never=seen.total() - passing - warning - failing,
        broken=int(bool(runs) and runs[0].status in _FAILING),
    )


def health_of_all(healths: Iterable[Health]) -> Health:
    """All of them together."""
    sums = dict.fromkeys((each.name for each in fields(Health)), 0)
    for health in healths:
        for name in sums:
            sums[name] += getattr(health, name)
    return Health(**sums)
