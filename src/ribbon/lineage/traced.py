"""A project and the lineage of its columns, read once for all that a command does with it."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import read_metadata
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.loading import lineage_of
from ribbon.lineage.nodes import ProjectNodes
from ribbon.lineage.project import nodes_of
from ribbon.lineage.scheduling import Progress
from ribbon.project import Project, read_project

__all__ = ["TracedProject"]


@dataclass(frozen=True)
class TracedProject:
    """Each part is read when it is first needed. target_dir: where dbt wrote its artifacts.

    progress: gets how many nodes of the lineage are done, of how many. of: the project, where it is at hand. A part
    that cannot be read raises ConfigError.
    """

    paths: ProjectPaths
    target_dir: Path
    progress: Progress | None = None
    of: Project | None = None

    @cached_property
    def project(self) -> Project:
        """The read model of the project."""
        return self.of or read_project(self.paths, self.target_dir)

    @cached_property
    def nodes(self) -> ProjectNodes:
        """The relations of the project with their SQL, layers and parents."""
        return nodes_of(self.project, self.paths.build_file)

    @cached_property
    def graph(self) -> LineageGraph:
        """The lineage: which column is made from which."""
        return lineage_of(self.nodes, self.paths.cache_dir(self.target_dir), progress=self.progress)

    @cached_property
    def marked(self) -> ProjectNodes:
        """The same relations, with every column restricted that is made from restricted ones."""
        return replace(self.nodes, nodes={key: node.project for key, node in self.graph.nodes.items()})

    def restricted_columns(self, unique_id: str) -> frozenset[str]:
        """The columns of a relation whose values are never shown, as it and its contract spell them.

        Lineage is only looked at where the project restricts anything.
        """
        declared = self.project.restricted_columns(unique_id)
        if unique_id not in self.project.nodes or not self.project.restricts:
            return declared
        node = self.graph.nodes[unique_id]
        return declared | {name for name in node.columns or () if name.casefold() in node.project.restricted}

    def is_of(self, target_dir: Path) -> bool:
        """Whether these are the artifacts in a folder, and dbt has written no others since."""
        return self.target_dir == target_dir and read_metadata(target_dir) == self.project.artifacts.metadata
