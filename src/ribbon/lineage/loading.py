"""The lineage of a project: its artifacts read, its nodes analysed or found in the cache, as one graph."""

import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from ribbon.lineage.cache import analysis_version, decode_lineage
from ribbon.lineage.graph import LineageGraph, LineageNode
from ribbon.lineage.nodes import ProjectNode, ProjectNodes
from ribbon.lineage.project import read_project
from ribbon.lineage.restricted import with_restricted
from ribbon.lineage.scheduling import Analysed, Analysis, Progress
from ribbon.lineage.workers import Analyser, Workers
from ribbon.model import QueryLineage, Unresolved
from ribbon.processes import collecting_rarely
from ribbon.store import Cache

__all__ = ["lineage_of", "load_lineage"]


@collecting_rarely()
def load_lineage(
    project_dir: Path,
    target_dir: Path,
    *,
    build_file: Path | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> LineageGraph:
    """The lineage of the dbt project in `project_dir`, from dbt's artifacts in `target_dir`.

    build_file: Ribbon's DuckDB file, read for the columns that no artifact lists. progress: gets how many nodes are
    done, of how many. workers: how many processes at most; as many as there are cores without it. What was found is
    cached in `target_dir`/ribbon. Raises ConfigError where the artifacts are missing or cannot be read, WorldError
    where a worker dies.
    """
    project = read_project(project_dir, target_dir, build_file)
    return lineage_of(project, target_dir / "ribbon", progress=progress, workers=workers)


@collecting_rarely()
def lineage_of(
    project: ProjectNodes,
    cache_dir: Path,
    *,
    progress: Progress | None = None,
    workers: int | None = None,
    analyser: Analyser | None = None,
) -> LineageGraph:
    """The lineage of these nodes, with the cache in `cache_dir`. analyser: what analyses a node; None: Ribbon's own.

    Raises WorldError where a worker dies; what was found until then is cached.
    """
    cache = Cache(cache_dir, "lineage", analysis_version())
    analysis = Analysis(project, cache.entries(), pool := Workers(workers, analyser))
    try:
        analysis.run(progress)
    finally:
        pool.close()
        cache.save(analysis.new, [analysed.number for analysed in analysis.results.values() if analysed.number])
    nodes = {key: _node(node, analysis, cache) for key, node in project.nodes.items()}
    notes = dict.fromkeys((*project.notes, *cache.notes))
    graph = LineageGraph(nodes, project.exposures, tuple(notes), tuple(analysis.analysed))
    return with_restricted(graph)


def _node(node: ProjectNode, analysis: Analysis, cache: Cache) -> LineageNode:
    missing = tuple(Unresolved(None, reason) for reason in node.unresolved)
    analysed = analysis.results.get(node.unique_id)
    if analysed is None:
        return LineageNode(node, lambda: node.columns, missing, complete=not missing)
    summary, schema = analysed.summary, analysis.schemas[node.unique_id]
    return LineageNode(
        node,
        lambda: schema.columns or summary.listed(),
        (*missing, *summary.unresolved),
        summary.reads(),
        summary.complete,
        _loader(analysed, cache),
        summary.lineage,
        schema.digest if summary.complete else b"",
    )


def _loader(analysed: Analysed, cache: Cache) -> Callable[[], QueryLineage]:
    """What loads the lineage when it is needed."""

    def load() -> QueryLineage:
        data = analysed.lineage or cache.body(analysed.number)
        try:
            return decode_lineage(data)
        except (zlib.error, msgspec.DecodeError) as error:
            raise cache.damaged(str(error)) from error

    return load
