"""OpenLineage: the last run of each relation as events, and what never ran as static ones; a line each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.openlineage_facets import (
    PRODUCER,
    DatasetNames,
    assertions,
    facet,
    facets_of_dataset,
    facets_of_job,
    lineage_facet,
)
from ribbon.catalog.views import InvocationView, NodeRunView, PromiseView, RelationView, VerdictView
from ribbon.model import FAILED

__all__ = ["BEGINS", "write_openlineage"]


_BEGUN, _DONE, _FAILED = "START", "COMPLETE", "FAIL"

Event = dict[str, Any]
Verdicts = Sequence[tuple[PromiseView, VerdictView]]

BEGINS = b'{"producer":"pkg:pypi/dbt-ribbon@'

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"


def last_run(view: RelationView) -> NodeRunView | None:
    """The last time that it was built, or that this failed; None where it is not known."""
    return next((run for run in view.runs if run.status != "skipped" and run.finished_at), None)


def test_runs(view: RelationView) -> Mapping[str, Verdicts]:
    """The last verdict of each of its promises, by the run that it is from."""
    found: dict[str, list[tuple[PromiseView, VerdictView]]] = {}
    for promise in sorted(view.all_promises, key=lambda each: each.test_id):
        if promise.history and promise.history[0].status != "skipped":
            found.setdefault(promise.history[0].run_id, []).append((promise, promise.history[0]))
    return {run_id: found[run_id] for run_id in sorted(found)}


class Runs:
    """Events of runs, without their inputs and outputs. namespace: of all jobs."""

    def __init__(self, namespace: str, invocations: Iterable[InvocationView]) -> None:
        self._namespace = namespace or "dbt"
        self._invocations = {run.run_id: run for run in invocations}

    def job(self, name: str) -> dict[str, Any]:
        """A job as events name it."""
        return {"namespace": self._namespace, "name": name}

    def of_invocations(self) -> Iterator[Event]:
        """The beginning of each, and its end where it came to one; the oldest first."""
        for run in sorted(self._invocations.values(), key=lambda each: (each.started_at, each.run_id)):
            event = {"run": {"runId": _uuid(run.run_id)}, "job": self.job(_invoked(run))}
            yield {"eventType": _BEGUN, "eventTime": _time(run.started_at), **event}
            if run.finished_at:
                state = _FAILED if run.failed else _DONE
                yield {"eventType": state, "eventTime": _time(run.finished_at), **event}

    def of_relation(self, uid: str, run: NodeRunView) -> tuple[Event, Event]:
        """How a relation was built: beginning and end."""
        ended = run.finished_at or datetime.fromtimestamp(0, UTC)
        failed = run.status in FAILED
        error = {"message": run.message, "programmingLanguage": "SQL"} if failed and run.message else None
        facets = {"errorMessage": facet("ErrorMessageRunFacet", error)} if error else {}
        state = _FAILED if failed else _DONE
        return self._pair(uid, run.run_id, (ended - timedelta(seconds=run.seconds), ended), state, facets)

    def of_tests(self, name: str, run_id: str, verdicts: Verdicts) -> tuple[Event, Event]:
        """How promises were measured together. A warning is no failure."""
        times = sorted(verdict.at for _, verdict in verdicts)
        state = _FAILED if any(verdict.status in FAILED for _, verdict in verdicts) else _DONE
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


def write_openlineage(catalog: Catalog, draft: Path, namespace: str | None = None) -> Mapping[str, int]:
    """Write events as JSON lines. Returns how many of each kind. namespace: of datasets, as in `openlineage_in`."""
    counted, encoder = Counter[str](), msgspec.json.Encoder()
    events = _Events(catalog, DatasetNames(catalog, namespace))
    with draft.open("wb") as file:
        for kind, event in events.all():
            file.write(encoder.encode({"producer": PRODUCER, "schemaURL": _SCHEMA + kind, **event}) + b"\n")
            counted[kind] += 1
    return {kind: counted[kind] for kind in ("RunEvent", "JobEvent", "DatasetEvent")}


class _Events:
    """Makes events of a catalog: pairs of kind and content."""

    def __init__(self, catalog: Catalog, names: DatasetNames) -> None:
        self._catalog, self._names = catalog, names
        self._built_at = catalog.facts.documents.built_at
        self._runs = Runs(catalog.name, catalog.facts.history.invocations())

    def all(self) -> Iterator[tuple[str, Event]]:
        """Dbt's invocations first: the runs of relations name them as their parents."""
        yield from (("RunEvent", event) for event in self._runs.of_invocations())
        for view in self._catalog.relations():
            yield from self._source(view) if view.resource_type == "source" else self._built(view)
            yield from self._tested(view)

    def _source(self, view: RelationView) -> Iterator[tuple[str, Event]]:
        dataset = {**self._names.of(view.unique_id), "facets": facets_of_dataset(view)}
        yield "DatasetEvent", {"eventTime": self._built_at, "dataset": dataset}

    def _built(self, view: RelationView) -> Iterator[tuple[str, Event]]:
        """How it was last built; where that is not known, how it would be."""
        job = {**self._runs.job(view.unique_id), "facets": facets_of_job(view, self._catalog.adapter)}
        inputs = [self._names.of(link.unique_id) for link in view.upstream]
        ends = {"job": job, "inputs": inputs, "outputs": [self._output(view)]}
        run = last_run(view)
        if run is None:
            yield "JobEvent", {"eventTime": self._built_at, **ends}
            return
        begun, ended = self._runs.of_relation(view.unique_id, run)
        yield "RunEvent", {**begun, "job": self._runs.job(view.unique_id)}
        yield "RunEvent", {**ended, **ends}

    def _tested(self, view: RelationView) -> Iterator[tuple[str, Event]]:
        """The last verdicts of its promises, by run."""
        name = f"{view.unique_id}.test"
        for run_id, verdicts in test_runs(view).items():
            inputs = [
                {**self._names.of(view.unique_id), "inputFacets": {"dataQualityAssertions": assertions(verdicts)}}
            ]
            begun, ended = self._runs.of_tests(name, run_id, verdicts)
            yield "RunEvent", {**begun, "job": self._runs.job(name)}
            yield "RunEvent", {**ended, "job": self._runs.job(name), "inputs": inputs}

    def _output(self, view: RelationView) -> Event:
        facets = facets_of_dataset(view) | lineage_facet(view, self._names)
        return {**self._names.of(view.unique_id), "facets": facets}
