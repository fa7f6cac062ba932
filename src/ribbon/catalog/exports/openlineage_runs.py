"""Runs as OpenLineage tells of them: each job of an invocation of dbt has a run of its own, whose parent that is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from ribbon.catalog.exports.facets import facet
from ribbon.catalog.views import InvocationView, NodeRunView, PromiseView, RelationView, VerdictView
from ribbon.model import FAILED

__all__ = ["Runs", "last_run", "test_runs"]

_BEGUN, _DONE, _FAILED = "START", "COMPLETE", "FAIL"

Event = dict[str, Any]
Told = Sequence[tuple[PromiseView, VerdictView]]


def last_run(view: RelationView) -> NodeRunView | None:
    """The last time that it was built, or that this failed; None where nobody knows."""
    return next((run for run in view.runs if run.status != "skipped" and run.finished_at), None)


def test_runs(view: RelationView) -> Mapping[str, Told]:
    """The last verdict of each of its promises, by the run that it is from."""
    found: dict[str, list[tuple[PromiseView, VerdictView]]] = {}
    for promise in sorted(view.all_promises, key=lambda each: each.test_id):
        if promise.history and promise.history[0].status != "skipped":
            found.setdefault(promise.history[0].run_id, []).append((promise, promise.history[0]))
    return {run_id: found[run_id] for run_id in sorted(found)}


class Runs:
    """Events of runs, without what they read and write. namespace: of all jobs."""

    def __init__(self, namespace: str, invocations: Iterable[InvocationView]) -> None:
        self._namespace = namespace or "dbt"
        self._invocations = {run.run_id: run for run in invocations}

    def job(self, name: str) -> dict[str, Any]:
        """A job as events name it."""
        return {"namespace": self._namespace, "name": name}

    def of_invocations(self) -> Iterator[Event]:
        """The beginning of each, and its end where it came to one; the oldest first."""
        for run in sorted(self._invocations.values(), key=lambda each: (each.started_at, each.run_id)):
            said = {"run": {"runId": _uuid(run.run_id)}, "job": self.job(_invoked(run))}
            yield {"eventType": _BEGUN, "eventTime": _time(run.started_at), **said}
            if run.finished_at:
                state = _FAILED if run.failed else _DONE
                yield {"eventType": state, "eventTime": _time(run.finished_at), **said}

    def of_relation(self, uid: str, run: NodeRunView) -> tuple[Event, Event]:
        """How a relation was built: beginning and end."""
        ended = run.finished_at or datetime.fromtimestamp(0, UTC)
        failed = run.status in FAILED
        error = {"message": run.message, "programmingLanguage": "SQL"} if failed and run.message else None
        facets = {"errorMessage": facet("ErrorMessageRunFacet", error)} if error else {}
        state = _FAILED if failed else _DONE
        return self._pair(uid, run.run_id, (ended - timedelta(seconds=run.seconds), ended), state, facets)

    def of_tests(self, name: str, run_id: str, told: Told) -> tuple[Event, Event]:
        """How promises were measured together. What only warns does not make it fail."""
        times = sorted(verdict.at for _, verdict in told)
        state = _FAILED if any(verdict.status in FAILED for _, verdict in told) else _DONE
        return self._pair(name, run_id, (times[0], times[-1]), state, {})

    def _pair(
        self, name: str, run_id: str, times: tuple[datetime, datetime], state: str, facets: Event
    ) -> tuple[Event, Event]:
        run = {"runId": str(uuid5(NAMESPACE_URL, f"{run_id} {name}"))}
        parent = {"parent": self._parent(run_id)} if run_id else {}
        begun = {"eventType": _BEGUN, "eventTime": _time(times[0]), "run": {**run, "facets": parent}}
        ended = {"eventType": state, "eventTime": _time(times[1]), "run": {**run, "facets": parent | facets}}
        return begun, ended

    def _parent(self, run_id: str) -> Event:
        """The invocation, by dbt's own id."""
        known = self._invocations.get(run_id)
        job = self.job(_invoked(known) if known else "dbt")
        return facet("ParentRunFacet", {"run": {"runId": _uuid(run_id)}, "job": job})


def _invoked(run: InvocationView) -> str:
    return f"dbt {run.command}".strip()


def _uuid(run_id: str) -> str:
    try:
        return str(UUID(run_id))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, run_id))


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
