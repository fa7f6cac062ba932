"""What the history of a project says of runs, checks and profiles."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import Any

import msgspec

from ribbon.catalog.facts.judged import Held
from ribbon.catalog.facts.loads import Load
from ribbon.catalog.facts.withheld import Withheld
from ribbon.catalog.views import Distribution, InvocationView, NodeRunView, ProfileView, VerdictView
from ribbon.engines.catalog_history import KEPT, BadStretch, CatalogHistory

__all__ = ["MeasuredHistory"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Top(msgspec.Struct, frozen=True):
    value: str | None
    rows: int


_tops = msgspec.json.Decoder(tuple[_Top, ...])


class MeasuredHistory:
    """Fulfils `Judged`. held: what is set aside, loads: what arrived of sources, by relation.

    tested: the relations of a test.
    """

    def __init__(
        self,
        history: CatalogHistory,
        held: Mapping[str, Held],
        loads: Mapping[str, Load],
        withheld: Withheld,
        tested: Callable[[str], Sequence[str]],
    ) -> None:
        self._history = history
        self._held = held
        self._loads = loads
        self._withheld = withheld
        self._tested = tested

    def fingerprint(self, uid: str, test_ids: Sequence[str]) -> bytes:
        """What would change what is known of its runs, its profiles and the verdicts of these tests."""
        history = self._history
        aside = (self._held.get(uid), self._loads.get(uid), sorted(self._withheld.names(uid)), self._withheld.near(uid))
        rows = [each.digest(uid) for each in (history.node_runs, history.profiles, history.row_counts)]
        verdicts = [(test_id, history.verdicts.digest(test_id), self.gated(test_id)) for test_id in test_ids]
        return blake2b(msgspec.msgpack.encode((aside, rows, verdicts)), digest_size=16).digest()

    def history(self, test_id: str) -> tuple[VerdictView, ...]:
        """The verdicts, the newest first, at most thirty."""
        latest = self._history.latest.get(test_id)
        if latest is None:
            return ()
        relations = tuple(dict.fromkeys((latest.node_id or "", *self._tested(test_id))))
        secret = any(self._withheld.is_asked(each, latest.column, latest.arguments) for each in relations)
        return tuple(self._verdict(relations, row, secret) for row in self._history.verdicts.rows(test_id)[:KEPT])

    def status(self, test_id: str) -> str:
        """What a test said last: pass, warn, fail or error; `never` where it was never measured. Cheap."""
        latest = self._history.latest.get(test_id)
        return latest.status if latest else "never"

    def gated(self, test_id: str) -> bool | None:
        """Whether readers wait for it; None where it was never measured."""
        latest = self._history.latest.get(test_id)
        return latest.gated if latest else None

    def profiles(self, uid: str) -> Mapping[str, ProfileView]:
        """By column, in lower case, as last measured."""
        restricted = self._withheld.names(uid)
        rows = ((name.lower(), told) for name, *told in self._history.profiles.rows(uid))
        return {name: _profile(told, name in restricted) for name, told in rows}

    def row_counts(self, uid: str) -> tuple[int, ...]:
        """Rows after each run, of a source after each batch; the newest last."""
        load = self._loads.get(uid)
        return load.row_counts if load else tuple(rows for (rows,) in self._history.row_counts.rows(uid))

    def runs(self, uid: str) -> tuple[NodeRunView, ...]:
        """The newest first, at most thirty."""
        return tuple(
            NodeRunView(run_id, status, seconds or 0.0, _time(at), self._withheld.message((uid,), message))
            for run_id, status, seconds, at, message in self._history.node_runs.rows(uid)[:KEPT]
        )

    def quarantined(self, uid: str) -> int:
        """Rows that wait in its quarantine."""
        return self._held[uid].rows if uid in self._held else 0

    def loaded_at(self, uid: str) -> datetime | None:
        """When a source last got data, UTC."""
        return self._loads[uid].loaded_at if uid in self._loads else None

    def invocations(self) -> tuple[InvocationView, ...]:
        """What ran, the newest first, at most thirty."""
        return tuple(
            InvocationView(
                run.run_id,
                run.command,
                run.target,
                run.started_at.replace(tzinfo=UTC),
                run.finished_at and run.finished_at.replace(tzinfo=UTC),
                run.status,
                run.failed,
            )
            for run in self._history.runs
        )

    def ungated(self) -> Mapping[str, str]:
        """Why readers do not wait for a test, by the tests of which that was said."""
        return self._ungated

    @cached_property
    def _ungated(self) -> dict[str, str]:
        latest = self._history.latest.items()
        return {test_id: told.reason for test_id, told in latest if told.reason and not told.gated}

    def bad(self) -> Mapping[str, BadStretch]:
        """The tests, nodes and unit tests that ended badly last; also of those that the project no longer has."""
        return self._history.bad

    def message(self, key: str) -> str:
        """What was said of one of those when it ended; no value of a restricted column is in it."""
        told = self.history(key)[:1] or [run for run in self.runs(key) if run.status != "skipped"][:1]
        return (told[0].message or "") if told else ""

    def days(self) -> Mapping[date, str]:
        """The worst of each of the last thirty days on which something ran, UTC."""
        return self._history.days

    def held(self) -> Mapping[str, Held]:
        """What is set aside, by relation."""
        return self._held

    def _verdict(self, relations: Sequence[str], row: tuple[Any, ...], secret: bool) -> VerdictView:
        status, at, run_id, elements, unexpected, observed, message, quarantined = row
        return VerdictView(
            status=status,
            at=_EPOCH + timedelta(microseconds=at),
            run_id=run_id,
            elements=elements,
            unexpected=unexpected,
            observed=None if secret else observed,
            message=None if secret or not message else self._withheld.message(relations, message),
            quarantined=quarantined or 0,
        )


def _time(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _profile(told: Sequence[Any], restricted: bool) -> ProfileView:
    rows, nulls, distinct, smallest, largest, top, null_rates = told
    return ProfileView(
        rows=rows,
        nulls=nulls,
        # Of many values they are counted approximately, which may come to more than there are rows.
        distinct=None if distinct is None else min(distinct, rows - nulls),
        smallest=None if restricted else smallest,
        largest=None if restricted else largest,
        top=None if restricted or not top else _distribution(top),
        null_rates=tuple(null_rates or ()),
    )


def _distribution(top: str) -> Distribution | None:
    """The most frequent values; nulls are told of elsewhere."""
    found = [(each.value, each.rows) for each in _tops.decode(top) if each.value is not None]
    return Distribution(tuple(value for value, _ in found), tuple(rows for _, rows in found)) if found else None
