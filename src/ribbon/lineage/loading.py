"""The lineage of a project: its artifacts read, its nodes analysed or found in the cache, as one graph."""

import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from ribbon.lineage.cache import Cache
from ribbon.lineage.collecting import collecting_rarely
from ribbon.lineage.graph import LineageGraph, LineageNode
from ribbon.lineage.nodes import ProjectNode, ProjectNodes
from ribbon.lineage.project import read_project
from ribbon.lineage.settling import Progress, Settled, Settling
from ribbon.lineage.tasks import Analyser
from ribbon.lineage.traces import decode_body
from ribbon.lineage.version import analysis_version
from ribbon.lineage.workshop import Workshop
from ribbon.model import QueryLineage, Unresolved

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

    build_file: Ribbon's DuckDB file, asked for the columns that no artifact knows. progress: gets how many nodes are
    done, of how many. workers: how many processes at most; as many as there are cores without it. What was found is
    kept in `target_dir`/ribbon. Raises ConfigError where the artifacts are missing or cannot be read, WorldError where
    a worker dies.
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
    """The lineage of these nodes, with a cache in `cache_dir`. analyser: what analyses a node; Ribbon's own without it.

    Raises WorldError where a worker dies; what was found until then is kept.
    """
    cache = Cache(cache_dir, analysis_version())
    settling = Settling(project, cache.entries(), workshop := Workshop(workers, analyser))
    try:
        settling.run(progress or _tell_nobody)
    finally:
        workshop.close()
        if settling.new:
            cache.save(settling.new, [settled.number for settled in settling.settled.values() if settled.number])
    nodes = {key: _node(node, settling, cache) for key, node in project.nodes.items()}
    return LineageGraph(nodes, project.exposures, (*project.notes, *cache.notes), tuple(settling.analysed))


def _tell_nobody(done: int, total: int) -> None:
    pass


def _node(node: ProjectNode, settling: Settling, cache: Cache) -> LineageNode:
    missing = tuple(Unresolved(None, reason) for reason in node.unresolved)
    settled = settling.settled.get(node.unique_id)
    if settled is None:
        return LineageNode(node, lambda: node.columns, missing, complete=not missing)
    trace, schema = settled.trace, settling.schemas[node.unique_id]
    return LineageNode(
        node,
        lambda: schema.columns or trace.listed(),
        (*missing, *trace.unresolved),
        trace.reads(),
        trace.complete,
        _loader(settled, cache),
        trace.body,
        schema.digest if trace.complete else b"",
    )


def _loader(settled: Settled, cache: Cache) -> Callable[[], QueryLineage]:
    """What brings the lineage when somebody asks for it."""

    def load() -> QueryLineage:
        body = settled.body or cache.body(settled.number)
        try:
            return decode_body(body)
        except (zlib.error, msgspec.DecodeError) as error:
            raise cache.damaged(str(error)) from error

    return load
