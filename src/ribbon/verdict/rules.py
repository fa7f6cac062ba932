"""The verdict on a relation: one function, which every command, page and export asks.

It knows the relation's own last build and checks, what is late or in quarantine, and all that the relation reads,
through to the sources. Nothing is green because nobody looked, and nothing is green for ever.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from ribbon.model import FAILED

__all__ = ["Facts", "Freshness", "Kept", "Reason", "Verdict", "together", "verdicts_of", "worst_of"]

_BY_BADNESS = ("fail", "warn", "pass", "never")

# How many relations a reason names.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the newest data of a relation may get before that is a warning, and before it is an error."""

    warn_after: timedelta | None = None
    error_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """That readers keep an earlier version of a mart. since: when they got it, UTC; None where that is not known.

    unreadable: whether they cannot read any.
    """

    since: datetime | None
    reason: str
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one relation by itself. Times are UTC, without a zone.

    label: what people call it. parents: unique ids of what it reads. shows_parents: whether it is a view, which shows
    what its parents are now. run: the status of its last run, empty where it never ran. refused: whether that run built
    a candidate that the gate refused. good_at: when it last ended well; of a source, when data last arrived. checks:
    by test id, the last verdict, `never` where there is none. aside: rows in quarantine; whole: of deliveries
    that wait there. problem: of a source, why not all of it is there.
    """

    label: str
    parents: tuple[str, ...] = ()
    is_source: bool = False
    shows_parents: bool = False
    run: str = ""
    refused: bool = False
    good_at: datetime | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    freshness: Freshness | None = None
    aside: int = 0
    whole: bool = False
    problem: str = ""
    short: str = ""
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a relation is not well. status: fail or warn. kind: run, checks, late, rows, readers or inherited.

    since: how far its data goes while that lasts, UTC; None where that is not the point.
    """

    status: str
    kind: str
    words: str
    since: datetime | None = None

    def __str__(self) -> str:
        """As it is shown, without a full stop."""
        return f"{self.words}; data from {_at(self.since)}" if self.since else self.words


@dataclass(frozen=True, slots=True)
class Verdict:
    """status: fail, warn, pass, or never where nothing was ever measured. reasons: the worst first.

    checks: its tests by id; passing: those of them that passed when they last ran.
    """

    status: str = "never"
    reasons: tuple[Reason, ...] = ()
    passing: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The worst of it in a few words."""
        return str(self.reasons[0]) if self.reasons else self._well()

    @property
    def words(self) -> str:
        """All of it in one line, without a full stop."""
        return "; ".join(map(str, self.reasons)) or self._well()

    def is_for(self, kind: str) -> bool:
        """Whether a reason of this kind is among them."""
        return any(reason.kind == kind for reason in self.reasons)

    @property
    def is_behind(self) -> bool:
        """Whether only what it reads keeps it from being well."""
        return bool(self.reasons) and all(reason.kind == "inherited" for reason in self.reasons)

    def _well(self) -> str:
        passing, checks = len(self.passing), len(self.checks)
        if not checks:
            return "no promises"
        if not passing:
            return f"{_counted(checks)}, never measured"
        if passing < checks:
            return f"{passing:,} of {_counted(checks)} measured, all passing"
        return f"all {checks:,} promises passing" if checks > 1 else "its one promise is passing"


@dataclass(frozen=True, slots=True)
class _Cause:
    """What is wrong with a relation, as it matters to those that read it."""

    relation: str
    kind: str


# What it means for a reader, in the order of how bad it is.
_INHERITED = {
    "bad": ("fail", "reads {names}, which {fails}"),
    "unchecked": ("warn", "reads {names}, which could not be checked"),
    "stale": ("warn", "not refreshed: {names} failed"),
    "late": ("warn", "not refreshed: {names} {is_} late"),
    "incomplete": ("warn", "rows of {names} are missing"),
    "older": ("warn", "not refreshed: {names} {is_} older than what {it} {reads}"),
}
# Of these the data goes as far as the last build.
_SINCE = frozenset({"stale", "late", "older"})


def verdicts_of(facts: Mapping[str, Facts], now: datetime) -> Mapping[str, Verdict]:
    """The verdict on each relation, by unique id. now: UTC, without a zone; what freshness is measured by."""
    judge = _Judge(facts, now)
    return {uid: judge.verdict(uid) for uid in facts}


def worst_of(verdicts: list[Verdict] | tuple[Verdict, ...]) -> str:
    """The worst status of several; `never` where there are none."""
    return min((verdict.status for verdict in verdicts), key=_BY_BADNESS.index, default="never")


class _Judge:
    """Each relation is looked at once, after all that it reads."""

    def __init__(self, facts: Mapping[str, Facts], now: datetime) -> None:
        self._facts, self._now = facts, now
        self._causes: dict[str, dict[_Cause, None]] = {}
        self._changed: dict[str, datetime | None] = {}
        for uid in TopologicalSorter({uid: list(self._parents(uid)) for uid in facts}).static_order():
            self._changed[uid] = self._changed_at(uid)
            found = {cause: None for parent in self._parents(uid) for cause in self._causes[parent]}
            self._causes[uid] = {**found, **{_Cause(uid, kind): None for kind in self._kinds(uid)}}

    def verdict(self, uid: str) -> Verdict:
        """Its own reasons before those of what it reads; of either the worst first."""
        facts = self._facts[uid]
        reasons = sorted((*self._own(uid), *self._inherited(uid)), key=lambda each: _BY_BADNESS.index(each.status))
        passing = tuple(test for test, status in facts.checks.items() if status == "pass")
        status = reasons[0].status if reasons else "pass" if passing else "never"
        return Verdict(status, tuple(reasons), passing, tuple(facts.checks))

    def _parents(self, uid: str) -> Iterator[str]:
        return (parent for parent in self._facts[uid].parents if parent in self._facts)

    def _changed_at(self, uid: str) -> datetime | None:
        """When what it shows last changed. A view changes with what it reads."""
        facts = self._facts[uid]
        if not facts.shows_parents:
            return facts.good_at
        return max((at for parent in self._parents(uid) if (at := self._changed[parent])), default=None)

    def _newer(self, uid: str) -> list[str]:
        """What it reads that changed after it was built."""
        facts = self._facts[uid]
        if facts.is_source or facts.shows_parents or facts.good_at is None or facts.run in FAILED:
            return []
        return [parent for parent in self._parents(uid) if (at := self._changed[parent]) and at > facts.good_at]

    def _kinds(self, uid: str) -> Iterator[str]:
        """What is wrong with it that matters to those that read it."""
        facts = self._facts[uid]
        if facts.run in FAILED or facts.problem:
            yield "stale"
        elif _count(facts, "fail"):
            yield "bad"
        if _count(facts, "error") and facts.run not in FAILED:
            yield "unchecked"
        if self._late(facts):
            yield "late"
        if facts.whole or facts.short:
            yield "incomplete"
        if self._newer(uid):
            yield "older"

    def _own(self, uid: str) -> Iterator[Reason]:
        facts = self._facts[uid]
        if facts.problem:
            yield Reason("fail", "run", facts.problem)
        if facts.run in FAILED:
            yield Reason("fail", "run", _failed(facts))
        elif failing := _count(facts, "fail"):
            yield Reason("fail", "checks", f"{failing:,} of {_counted(len(facts.checks))} failing")
        if errors := _count(facts, "error"):
            yield Reason("fail", "checks", f"{errors:,} of {_counted(len(facts.checks))} could not be checked")
        yield from self._of_what_is_there(facts)
        if warning := _count(facts, "warn"):
            yield Reason("warn", "checks", f"{warning:,} of {_counted(len(facts.checks))} with a warning")

    def _of_what_is_there(self, facts: Facts) -> Iterator[Reason]:
        """What is late, missing, or not what readers have."""
        if late := self._late(facts):
            yield Reason(late, "late", _late_words(facts))
        if facts.aside or facts.whole:
            held = (
                f"{_counted(facts.aside, 'row')} in quarantine" if facts.aside else "a delivery is in quarantine, whole"
            )
            yield Reason("fail" if facts.whole else "warn", "rows", held)
        if facts.short:
            yield Reason("warn", "rows", f"built by `dbt {facts.short}`, which leaves rows out")
        if facts.kept and facts.kept.unreadable:
            yield Reason("fail", "readers", f"readers cannot open it: {facts.kept.reason}")
        elif facts.kept:
            since = f" of {_at(facts.kept.since)}" if facts.kept.since else ""
            yield Reason("warn", "readers", f"readers keep the version{since}: {facts.kept.reason}")

    def _inherited(self, uid: str) -> Iterator[Reason]:
        facts = self._facts[uid]
        by_kind: dict[str, list[str]] = {}
        for cause in self._causes[uid]:
            if cause.relation != uid:
                by_kind.setdefault(cause.kind, []).append(self._facts[cause.relation].label)
        for kind, (status, words) in _INHERITED.items():
            if labels := by_kind.get(kind):
                yield Reason(status, "inherited", _filled(words, labels), facts.good_at if kind in _SINCE else None)
        if newer := self._newer(uid):
            names = _named([self._facts[parent].label for parent in newer])
            yield Reason("warn", "inherited", f"older than {names}", facts.good_at)

    def _late(self, facts: Facts) -> str:
        """Fail or warn where its newest data, or its last build, is older than it promises; else nothing."""
        if facts.freshness is None or facts.good_at is None:
            return ""
        allowed = {"fail": facts.freshness.error_after, "warn": facts.freshness.warn_after}
        return next((status for status, span in allowed.items() if span and facts.good_at + span < self._now), "")


def together(verdicts: Mapping[str, Verdict]) -> Verdict:
    """One verdict on several relations, by label: of a use case. What several share is said once."""
    labels: dict[Reason, list[str]] = {}
    since: dict[Reason, list[datetime]] = {}
    for label, verdict in sorted(verdicts.items()):
        for reason in verdict.reasons:
            shared = replace(reason, since=None)
            labels.setdefault(shared, []).append(label)
            since.setdefault(shared, []).extend([reason.since] if reason.since else [])
    reasons = [
        replace(
            reason,
            words=reason.words if reason.kind == "inherited" else f"{_named(here)}: {reason.words}",
            since=min(since[reason], default=None),
        )
        for reason, here in labels.items()
    ]
    return Verdict(
        worst_of(tuple(verdicts.values())),
        tuple(sorted(reasons, key=lambda each: _BY_BADNESS.index(each.status))),
        tuple(dict.fromkeys(test for verdict in verdicts.values() for test in verdict.passing)),
        tuple(dict.fromkeys(test for verdict in verdicts.values() for test in verdict.checks)),
    )


def _filled(words: str, labels: list[str]) -> str:
    one = len(labels) == 1
    return words.format(
        names=_named(labels),
        fails="fails its checks" if one else "fail their checks",
        is_="is" if one else "are",
        it="it" if one else "they",
        reads="reads" if one else "read",
    )


def _late_words(facts: Facts) -> str:
    freshness = facts.freshness or Freshness()
    what = "no new data" if facts.is_source else "not built"
    promised = _span(freshness.warn_after or freshness.error_after)
    return f"{what} since {_at(facts.good_at)}; every {promised} is promised"


def _failed(facts: Facts) -> str:
    had = (
        f"readers have the table of {_at(facts.good_at)}, which passed" if facts.good_at else "there is no earlier one"
    )
    if facts.refused:
        return f"a newer candidate was refused; {had}"
    if facts.run == "partial success":
        return "batches of its last build failed"
    return f"its last build failed; {f'data from {_at(facts.good_at)}' if facts.good_at else 'it was never built'}"


def _count(facts: Facts, status: str) -> int:
    wanted = {status, "runtime error"} if status == "error" else {status}
    return sum(found in wanted for found in facts.checks.values())


def _named(labels: list[str]) -> str:
    shown, more = labels[:_NAMED], len(labels) - _NAMED
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _at(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "an unknown time"


def _span(span: timedelta | None) -> str:
    """In the largest unit that it is a whole number of."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if span and not span % size:
            count = span // size
            return unit if count == 1 else f"{count} {unit}s"
    return str(span)


def _counted(number: int, noun: str = "promise") -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
