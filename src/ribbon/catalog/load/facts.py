"""All facts of a project, each file read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ribbon.catalog.facts.column_lineage import ColumnLineage
from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.groups import Group
from ribbon.catalog.facts.history import History, read_history
from ribbon.catalog.facts.lineage_edges import NodeEdges, read_edges
from ribbon.catalog.facts.usage import QueryUsage
from ribbon.catalog.load.evolution import LastEvolution, read_evolution
from ribbon.catalog.load.groups import groups_of
from ribbon.lineage import LineageGraph, TracedProject
from ribbon.project import Project
from ribbon.usage import load_usage
from ribbon.verdict import Verdict, judge

__all__ = ["Facts", "load_facts"]


@dataclass(frozen=True)
class Facts:
    """What is known of a project.

    project: the read model. documents: its texts, as pages show them. lineage, graph: of columns. history: runs,
    verdicts and profiles. usage: what query logs say. groups: of each relation, by unique id. edges: of the lineage, by
    unique id. evolution: what `ribbon evolve` found last. verdicts: on each relation, by unique id.
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
    verdicts: Mapping[str, Verdict]


def load_facts(traced: TracedProject, now: datetime) -> Facts:
    """Read the facts of a project from dbt's artifacts and from Ribbon's own files.

    Raises ConfigError, WorldError and BusyError as the readers do.
    """
    paths, target_dir, project, graph = traced.paths, traced.target_dir, traced.project, traced.graph
    documents = Documents(project, graph)
    history = read_history(paths, target_dir, traced.marked.nodes, documents.tested, now.date())
    return Facts(
        project=project,
        documents=documents,
        lineage=ColumnLineage(graph),
        history=history,
        usage=QueryUsage(load_usage(paths)),
        graph=graph,
        groups=groups_of(documents),
        edges=read_edges(graph, paths.cache_dir(target_dir)),
        evolution=read_evolution(paths.home(target_dir), graph.nodes),
        verdicts=judge(project, history.evidence, now, history.loads),
    )
