"""OpenLineage: the last run of each relation as events, and what never ran as static ones; a line each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.dataset_names import DatasetNames
from ribbon.catalog.exports.facets import PRODUCER, assertions, facets_of_dataset, lineage_facet
from ribbon.catalog.exports.job_facets import facets_of_job
from ribbon.catalog.exports.openlineage_runs import Runs, last_run, test_runs
from ribbon.catalog.views import RelationView

__all__ = ["BEGINS", "write_openlineage"]

BEGINS = b'{"producer":"pkg:pypi/dbt-ribbon@'

Event = dict[str, Any]

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"


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
    """Makes events of a catalog: pairs of what kind it is and what it says."""

    def __init__(self, catalog: Catalog, names: DatasetNames) -> None:
        self._catalog, self._names = catalog, names
        self._built_at = catalog.facts.documented.built_at
        self._runs = Runs(catalog.name, catalog.facts.measured.invocations())

    def all(self) -> Iterator[tuple[str, Event]]:
        """The invocations of dbt first, for the runs of relations name them as their parents."""
        yield from (("RunEvent", event) for event in self._runs.of_invocations())
        for view in self._catalog.relations():
            yield from self._source(view) if view.resource_type == "source" else self._built(view)
            yield from self._tested(view)

    def _source(self, view: RelationView) -> Iterator[tuple[str, Event]]:
        dataset = {**self._names.of(view.unique_id), "facets": facets_of_dataset(view)}
        yield "DatasetEvent", {"eventTime": self._built_at, "dataset": dataset}

    def _built(self, view: RelationView) -> Iterator[tuple[str, Event]]:
        """How it was built last; where nobody knows, how it would be."""
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
        """What its promises said last, by the run that said it."""
        name = f"{view.unique_id}.test"
        for run_id, told in test_runs(view).items():
            inputs = [{**self._names.of(view.unique_id), "inputFacets": {"dataQualityAssertions": assertions(told)}}]
            begun, ended = self._runs.of_tests(name, run_id, told)
            yield "RunEvent", {**begun, "job": self._runs.job(name)}
            yield "RunEvent", {**ended, "job": self._runs.job(name), "inputs": inputs}

    def _output(self, view: RelationView) -> Event:
        facets = facets_of_dataset(view) | lineage_facet(view, self._names)
        return {**self._names.of(view.unique_id), "facets": facets}
