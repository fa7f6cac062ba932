"""The view of the health page: what ran, what is red or amber, since when, who owns it and where it is declared."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ribbon.catalog.addresses import column_anchor, fragment
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.history import History
from ribbon.catalog.load.groups import HealthCounts
from ribbon.catalog.views import DayOfHealth, HealthView, Trouble
from ribbon.dbt.results import REFUSED
from ribbon.engines.catalog_history import BadStretch
from ribbon.verdict.deliveries import Quarantined
from ribbon.verdict.rules import Freshness

__all__ = ["health_view"]

_DAYS = 30

# The anchor on a relation's page; a promise of a column has its column's.
_PLACES = {"node": "runs", "promise": "promises"}

_NOT_BUILT = {"model": "was not built", "seed": "was not loaded", "snapshot": "was not taken"}

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def health_view(documents: Documents, history: History, now: datetime) -> HealthView:
    """The health of the project. now: UTC; what sources are late by, and the last of the thirty days."""
    health = HealthCounts(documents, history, {}).of(documents.ids())
    return HealthView(
        runs=history.invocations(),
        troubles=tuple(sorted(_troubles(documents, history, now), key=_urgency)),
        passing=health.passing,
        measured=health.passing + health.warning + health.failing,
        days=_thirty_days(history.days(), now),
        ungated=tuple(sorted(_ungated(documents, history))),
        never=health.never,
    )


def _troubles(documents: Documents, history: History, now: datetime) -> Iterator[Trouble]:
    promises = tuple(_failing_promises(documents, history, now))
    yield from _failed_nodes(documents, history, now)
    yield from promises
    yield from _late_sources(documents, history, now)
    yield from _quarantined(documents, history, {trouble.relation for trouble in promises if trouble.quarantine}, now)


def _urgency(trouble: Trouble) -> tuple[bool, float, str, str]:
    """Red before amber; of those, the newest first. A node comes before its promises."""
    since = trouble.since or _ALWAYS
    return trouble.status != "fail", (_ALWAYS - since).total_seconds(), trouble.title, trouble.what


def _ungated(documents: Documents, history: History) -> Iterator[tuple[str, str]]:
    for test_id, reason in history.ungated().items():
        promise = documents.promise(test_id)
        if promise:
            yield f"{documents.link(documents.tested(test_id)[0]).label}: {promise.words}", reason


def _thirty_days(worst: Mapping[date, str], now: datetime) -> tuple[DayOfHealth, ...]:
    """The last thirty until `now`, the oldest first; `none` where nothing was measured."""
    days = (now.date() - timedelta(days=back) for back in reversed(range(_DAYS)))
    return tuple(DayOfHealth(day, worst.get(day, "none")) for day in days)


def _failed_nodes(documents: Documents, history: History, now: datetime) -> Iterator[Trouble]:
    """Models, seeds, snapshots and unit tests that failed when they last ran."""
    known = frozenset(documents.ids())
    for key, bad in history.bad().items():
        relation = _model_of_unit_test(key, known) if key.startswith("unit_test.") else key
        if relation not in known or key.startswith("test."):
            continue
        trouble = _about(documents, relation, bad.status, what="node")
        message = history.message(key)
        yield replace(
            trouble,
            title=_title_of_node(key, trouble.title, bad, message),
            since=bad.since,
            message=message,
            days=_thirty_days(bad.days, now),
        )


def _failing_promises(documents: Documents, history: History, now: datetime) -> Iterator[Trouble]:
    """Tests that failed or warned when they last measured."""
    known = frozenset(documents.ids())
    for test_id, bad in history.bad().items():
        relation = next((each for each in documents.tested(test_id) if each in known), None)
        promise = documents.promise(test_id) if relation else None
        if relation is None or promise is None:
            continue
        trouble = _about(documents, relation, bad.status, what="promise", column=promise.column)
        last, held = next(iter(history.history(test_id)), None), history.in_quarantine().get(relation)
        yield replace(
            trouble,
            title=f"{trouble.title}: {promise.words}",
            since=bad.since,
            message=history.message(test_id),
            file=promise.file or trouble.file,
            line=promise.line,
            quarantine=held.command if held and last and last.quarantined else "",
            last=last,
            days=_thirty_days(bad.days, now),
        )


def _late_sources(documents: Documents, history: History, now: datetime) -> Iterator[Trouble]:
    """Sources whose newest data is older than they promise. Sources that were never loaded or checked are left out."""
    for relation in documents.ids():
        loaded_at = history.loaded_at(relation)
        promised = documents.freshness(relation) if loaded_at else None
        turns = _turns(promised, loaded_at, now) if loaded_at and promised else {}
        if loaded_at and turns:
            trouble = _about(documents, relation, "fail" if "fail" in turns else "warn", what="freshness")
            since = min(turns.values())
            allowed, passed = _lasting(since - loaded_at), _lasting(now - loaded_at)
            days = {day: status for status, turned in turns.items() for day in _days(turned, now)}
            yield replace(
                trouble,
                title=f"{trouble.title} is late",
                since=since,
                message=f"the newest data arrived {passed} ago; at least every {allowed} is promised",
                days=_thirty_days(days, now),
            )


def _quarantined(documents: Documents, history: History, shown: Collection[str], now: datetime) -> Iterator[Trouble]:
    """Rows and batches in quarantine. shown: the relations of which a failing promise says so already."""
    known = frozenset(documents.ids())
    for relation, held in history.in_quarantine().items():
        if relation in known and relation not in shown:
            status = "fail" if held.whole_batches else "warn"
            trouble = _about(documents, relation, status, what="quarantine")
            yield replace(
                trouble,
                title=f"{trouble.title}: {_held(held)} in quarantine",
                since=held.since,
                message=_reasons(held),
                quarantine=held.command,
                days=_thirty_days(dict.fromkeys(_days(held.since, now), status), now),
            )


def _held(held: Quarantined) -> str:
    return _counted(held.rows, "row") if held.rows else "a whole delivery"


def _about(documents: Documents, relation: str, status: str, *, what: str, column: str | None = None) -> Trouble:
    """The relation it is about, its label as the title. column: as a promise names it."""
    record = documents.relation(relation)
    owner, email = documents.owner(relation)
    columns = {each.name.casefold(): each.name for each in record.columns}
    spelled = columns.get((column or "").casefold())
    place = column_anchor(spelled) if spelled else _PLACES.get(what)
    page = f"relation/{record.slug}.html{fragment(place) if place else ''}"
    file = record.file or record.patch_file
    return Trouble(status, what, record.label, relation, page, owner=owner, email=email, file=file)


def _title_of_node(key: str, label: str, bad: BadStretch, message: str) -> str:
    kind, *_, name = key.split(".")
    if kind == "unit_test":
        return f"{label}: unit test {name} failed"
    if REFUSED in message:
        return f"{label} was not replaced"
    return f"{label} was built in part" if bad.status == "warn" else f"{label} {_NOT_BUILT.get(kind, 'failed')}"


def _model_of_unit_test(key: str, known: Collection[str]) -> str:
    """`unit_test.shop.dim_store.name` is of model.shop.dim_store, or of a version of it."""
    _, package, name, *_ = key.split(".")
    model = f"model.{package}.{name}"
    return model if model in known else next((each for each in known if each.startswith(f"{model}.v")), "")


def _turns(promised: Freshness, loaded_at: datetime, now: datetime) -> dict[str, datetime]:
    """When a source turned amber and red, as far as it has."""
    allowed = {"warn": promised.warn_after, "fail": promised.error_after}
    turns = {status: loaded_at + span for status, span in allowed.items() if span is not None}
    return {status: turned for status, turned in turns.items() if turned < now}


def _days(since: datetime, now: datetime) -> Iterator[date]:
    """The days of the last thirty since then: no day-by-day record is kept of what lasts."""
    back = min((now.date() - since.date()).days, _DAYS)
    return (now.date() - timedelta(days=days) for days in range(back + 1))


def _reasons(held: Quarantined) -> str:
    return "; ".join(reason if rows is None else f"{reason}: {_counted(rows, 'row')}" for reason, rows in held.reasons)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _lasting(span: timedelta) -> str:
    """In the largest unit of which there are at least two, or exactly one."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (minutes >= size and minutes % size == 0) or size == 1:
            return _counted(minutes // size, unit)
    return ""
