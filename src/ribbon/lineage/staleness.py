"""Which relations' files changed since dbt wrote what lineage reads."""

from pathlib import Path

from ribbon.lineage.graph import LineageGraph

__all__ = ["changed_since"]


def changed_since(graph: LineageGraph, project_dir: Path, written_at: float) -> tuple[str, ...]:
    """The labels of the relations whose file is younger than `written_at`, a time as files have it, in seconds.

    Files of other packages are not looked at, nor are macros.
    """
    times = {file: _time_of(project_dir / file) for file in {node.project.file for node in graph.nodes.values()}}
    return tuple(node.project.label for node in graph.nodes.values() if times[node.project.file] > written_at)


def _time_of(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
