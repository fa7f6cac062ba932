"""All facts of a project, read from where they are, each file once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ribbon.catalog.composing.groups import groups_of
from ribbon.catalog.facts.documented import Documented
from ribbon.catalog.facts.edge_store import NodeEdges
from ribbon.catalog.facts.edges import read_edges
from ribbon.catalog.facts.evolved import Evolved, read_evolved
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.facts.measuring import read_measured
from ribbon.catalog.facts.sides import Group
from ribbon.catalog.facts.traced import TracedLineage
from ribbon.catalog.facts.used import UsedByPeople
from ribbon.config import ProjectPaths
from ribbon.lineage import LineageGraph
from ribbon.lineage.loading import lineage_of
from ribbon.lineage.project import nodes_of
from ribbon.project import Project, read_project
from ribbon.usage import load_usage

__all__ = ["Facts", "gather"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Facts:
    """What is known. groups: of each relation, by unique id. edges: of the lineage, by unique id.

    evolved: what `ribbon evolve` found last.
    """

    project: Project
    documented: Documented
    traced: TracedLineage
    measured: Judged
    used: UsedByPeople
    graph: LineageGraph
    groups: Mapping[str, Group]
    edges: Mapping[str, NodeEdges]
    evolved: Evolved


def gather(project: ProjectPaths, target_dir: Path, now: datetime, progress: Progress | None = None) -> Facts:
    """Read the facts of a project from dbt's artifacts in `target_dir` and from Ribbon's own files.

    What lineage found is cached. progress: gets how many relations
    are analysed, of how many. Raises ConfigError, WorldError and BusyError as those do who read.
    """
    model = read_project(project, target_dir)
    nodes = nodes_of(model, project.build_file)
    graph = lineage_of(nodes, project.cache_dir(target_dir), progress=progress)
    documented = Documented(model.artifacts, model.catalog, graph, project.project_dir)
    return Facts(
        model,
        documented,
        TracedLineage(graph),
        read_measured(project, target_dir, nodes.nodes, documented.tested, now.date()),
        UsedByPeople(load_usage(project)),
        graph,
        groups_of(documented),
        read_edges(graph, target_dir / "ribbon" / "edges.sqlite"),
        read_evolved(project.home(target_dir), graph.nodes),
    )
