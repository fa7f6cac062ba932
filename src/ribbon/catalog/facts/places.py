"""Where each relation stands: its name, its page, its group."""

from collections.abc import Mapping
from functools import cached_property

from ribbon.catalog.facts.groups import group_of
from ribbon.catalog.facts.slugs import slugs_of
from ribbon.catalog.views import Link
from ribbon.dbt.artifacts import Artifacts
from ribbon.lineage import LineageGraph
from ribbon.model import Layer

__all__ = ["Places"]


class Places:
    """The relations of a project as they are pointed at and put together."""

    def __init__(self, artifacts: Artifacts, graph: LineageGraph) -> None:
        self._artifacts = artifacts
        self._graph = graph

    def link(self, uid: str) -> Link:
        """How a relation is pointed at. What the project does not know goes by its id and has no page."""
        return self._links.get(uid) or Link(uid, uid, "", "")

    def group(self, uid: str) -> str:
        """The system of a source, the subject of a warehouse model, the use case of a mart."""
        return self._groups[uid]

    def use_case(self, uid: str) -> str | None:
        """The use case of a mart, None for others."""
        return self._groups[uid] if self._graph.nodes[uid].project.layer is Layer.MART else None

    @cached_property
    def marts(self) -> Mapping[str, tuple[str, ...]]:
        """The relations of each use case."""
        found: dict[str, list[str]] = {}
        for uid in self._graph.nodes:
            if use_case := self.use_case(uid):
                found.setdefault(use_case, []).append(uid)
        return {use_case: tuple(marts) for use_case, marts in found.items()}

    @cached_property
    def by_database_name(self) -> Mapping[str, str]:
        """Unique ids by database, schema and identifier, in lower case without quotes."""
        return {".".join(node.project.path).casefold(): uid for uid, node in self._graph.nodes.items()}

    @cached_property
    def _links(self) -> Mapping[str, Link]:
        projects = {uid: node.project for uid, node in self._graph.nodes.items()}
        slugs = slugs_of({uid: project.label for uid, project in projects.items()})
        return {uid: Link(uid, each.label, each.layer.value, slugs[uid]) for uid, each in projects.items()}

    @cached_property
    def _groups(self) -> dict[str, str]:
        name = self._artifacts.metadata.project_name or ""
        nodes, records = self._graph.nodes.items(), self._artifacts.nodes
        return {uid: group_of(node.project, records[uid], name) for uid, node in nodes}
