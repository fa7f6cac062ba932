"""The uses that a project declares."""

from collections.abc import Mapping
from functools import cached_property

from ribbon.catalog.facts.owners import owner_of
from ribbon.catalog.views import ExposureView
from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.documentation import DescribedExposure
from ribbon.lineage import LineageGraph

__all__ = ["Exposures"]


class Exposures:
    """Dashboards, notebooks, applications and exports, each decoded where it is asked for."""

    def __init__(self, artifacts: Artifacts, graph: LineageGraph) -> None:
        self._artifacts = artifacts
        self._graph = graph
        self._views: dict[str, ExposureView] = {}

    @cached_property
    def by_relation(self) -> Mapping[str, tuple[str, ...]]:
        """By relation, the exposures that read it."""
        found: dict[str, list[str]] = {}
        for exposure in self._graph.exposures:
            for relation in exposure.depends_on:
                found.setdefault(relation, []).append(exposure.unique_id)
        return {relation: tuple(dict.fromkeys(exposures)) for relation, exposures in found.items()}

    @property
    def use_cases(self) -> Mapping[str, str | None]:
        """The use case of each exposure, None where it reads of several and no folder says it."""
        return {exposure.unique_id: exposure.use_case for exposure in self._graph.exposures}

    def of(self, relation: str) -> tuple[ExposureView, ...]:
        """The exposures that read a relation, as they are shown."""
        return tuple(self.view(exposure) for exposure in self.by_relation.get(relation, ()))

    def view(self, unique_id: str) -> ExposureView:
        """An exposure as it is shown."""
        if unique_id not in self._views:
            self._views[unique_id] = _view(self._artifacts.decoded(DescribedExposure, unique_id))
        return self._views[unique_id]


def _view(exposure: DescribedExposure) -> ExposureView:
    owner, email = owner_of(exposure.owner)
    url = exposure.url or ""
    return ExposureView(
        unique_id=exposure.unique_id,
        name=exposure.name,
        label=exposure.label or exposure.name,
        type=exposure.type,
        description=exposure.description or "",
        owner=owner,
        email=email,
        maturity=exposure.maturity or "",
        url=url if url.lower().startswith(("http://", "https://")) else "",
        reads=exposure.depends_on.nodes,
    )
