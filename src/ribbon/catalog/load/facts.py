"""All facts of a project, each file read once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.groups import Group
from ribbon.catalog.facts.history import History, read_history
from ribbon.catalog.facts.lineage_edges import NodeEdges, read_edges
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.load.evolution import LastEvolution, read_evolution
from ribbon.catalog.load.groups import groups_of
from ribbon.config import ProjectPaths
from ribbon.lineage import LineageGraph
from ribbon.lineage.loading import lineage_of
from ribbon.lineage.project import nodes_of
from ribbon.project import Project, read_project
from ribbon.usage import load_usage

__all__ = ["Facts", "load_facts"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Facts:
    """What is known of a project.

    project: the read model. documents: its texts, as pages show them. lineage, graph: of columns. history: runs,
    verdicts and profiles. usage: what query logs say. groups: of each relation, by unique id. edges: of the lineage, by
    unique id. evolution: what `ribbon evolve` found last.
    """

    project: Project
    documents: Documents
    lineage: ColumnLineage
    history: History
    usage: QueryUsage
    graph: LineageGraph
    groups: Mapping[str, Group]
    edges: Mapping[str, NodeEdges]
    evolution: LastEvolution


def load_facts(paths: ProjectPaths, target_dir: Path, now: datetime, progress: Progress | None = None) -> Facts:
    """Read the facts of a project from dbt's artifacts in `target_dir` and from Ribbon's own files.

    What lineage found is cached. progress: gets how many relations are analysed, of how many. Raises ConfigError,
    WorldError and BusyError as the readers do.
    """
    project = read_project(paths, target_dir)
    nodes = nodes_of(project, paths.build_file)
    graph = lineage_of(nodes, paths.cache_dir(target_dir), progress=progress)
    documents = Documents(project, graph)
    return Facts(
        project=project,
        documents=documents,
        lineage=ColumnLineage(graph),
        history=read_history(paths, target_dir, nodes.nodes, documents.tested, now.date()),
        usage=QueryUsage(load_usage(paths)),
        graph=graph,
        groups=groups_of(documents),
        edges=read_edges(graph, paths.cache_dir(target_dir)),
        evolution=read_evolution(paths.home(target_dir), graph.nodes),
    )
