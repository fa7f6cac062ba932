"""What is red or amber: nodes that were not built, promises that were broken, sources that are late, rows set aside."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from ribbon.catalog.composing.days import DAYS, thirty_days
from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.judged import Held, Judged
from ribbon.catalog.facts.records import Freshness
from ribbon.catalog.views import Trouble
from ribbon.catalog.views.anchors import column_anchor, fragment
from ribbon.dbt.results import REFUSED
from ribbon.engines.catalog_history import BadStretch

__all__ = ["bad_nodes", "broken_promises", "late_sources", "set_aside"]

# Where a relation's page tells of it, but for promises of columns, which stand with their column.
_PLACES = {"node": "runs", "promise": "promises"}

_NOT_BUILT = {"model": "was not built", "seed": "was not loaded", "snapshot": "was not taken"}


def bad_nodes(documents: Documents, judged: Judged, now: datetime) -> Iterator[Trouble]:
    """Models, seeds, snapshots and unit tests that failed when they last ran."""
    known = frozenset(documents.ids())
    for key, bad in judged.bad().items():
        relation = _model_of_unit_test(key, known) if key.startswith("unit_test.") else key
        if relation not in known or key.startswith("test."):
            continue
        trouble = _about(documents, relation, bad.status, what="node")
        message = judged.message(key)
        yield replace(
            trouble,
            title=_title_of_node(key, trouble.title, bad, message),
            since=bad.since,
            message=message,
            days=thirty_days(bad.days, now),
        )


def broken_promises(documents: Documents, judged: Judged, now: datetime) -> Iterator[Trouble]:
    """Tests that failed or warned when they last measured."""
    known = frozenset(documents.ids())
    for test_id, bad in judged.bad().items():
        relation = next((each for each in documents.tested(test_id) if each in known), None)
        promise = documents.promise(test_id) if relation else None
        if relation is None or promise is None:
            continue
        trouble = _about(documents, relation, bad.status, what="promise", column=promise.column)
        last, held = next(iter(judged.history(test_id)), None), judged.held().get(relation)
        yield replace(
            trouble,
            title=f"{trouble.title}: {promise.words}",
            since=bad.since,
            message=judged.message(test_id),
            file=promise.file or trouble.file,
            line=promise.line,
            quarantine=held.command if held and last and last.quarantined else "",
            last=last,
            days=thirty_days(bad.days, now),
        )


def late_sources(documents: Documents, judged: Judged, now: datetime) -> Iterator[Trouble]:
    """Sources whose newest data is older than they promise. Of what nobody looked at nothing is said."""
    for relation in documents.ids():
        loaded_at = judged.loaded_at(relation)
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
                message=f"the newest data came {passed} ago, promised is at least every {allowed}",
                days=thirty_days(days, now),
            )


def set_aside(documents: Documents, judged: Judged, told: Collection[str], now: datetime) -> Iterator[Trouble]:
    """What waits in quarantine. told: the relations of which a broken promise says so already."""
    known = frozenset(documents.ids())
    for relation, held in judged.held().items():
        if relation in known and relation not in told:
            status = "fail" if held.whole_batches else "warn"
            trouble = _about(documents, relation, status, what="quarantine")
            yield replace(
                trouble,
                title=f"{trouble.title}: {_counted(held.rows, 'row')} in quarantine",
                since=held.since,
                message=_reasons(held),
                quarantine=held.command,
                days=thirty_days(dict.fromkeys(_days(held.since, now), status), now),
            )


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
    """The days of the last thirty from then on: of what lasts, no day-by-day record is kept."""
    back = min((now.date() - since.date()).days, DAYS)
    return (now.date() - timedelta(days=days) for days in range(back + 1))


def _reasons(held: Held) -> str:
    return "; ".join(reason if rows is None else f"{reason}: {_counted(rows, 'row')}" for reason, rows in held.reasons)


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _lasting(span: timedelta) -> str:
    """In the largest unit that says it well."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or (minutes >= size and minutes % size == 0) or size == 1:
            return _counted(minutes // size, unit)
    return ""
