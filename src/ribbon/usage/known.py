"""The relations of the project, as far as analysing queries needs them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.lineage import LineageGraph, LineageNode, lineage_of
from ribbon.lineage.project import read_project
from ribbon.lineage.scheduling import Progress

__all__ = ["KnownProject", "KnownRelation", "known_project"]

Place = tuple[str, ...]


@dataclass(frozen=True)
class KnownRelation:
    """A relation that queries can name. columns: None if unknown; complete: whether there are no others.

    restricted: columns whose values are never shown, in lower case.
    """

    key: str
    path: tuple[str, ...]
    columns: Mapping[str, str | None] | None
    complete: bool
    restricted: frozenset[str]


@dataclass(frozen=True)
class KnownProject:
    """dialect: of the project's database. use_cases: of the marts, by unique id."""

    dialect: str
    relations: tuple[KnownRelation, ...]
    use_cases: Mapping[str, str]
    graph: LineageGraph


def known_project(
    project_dir: Path, target_dir: Path, build_file: Path | None, progress: Progress | None = None
) -> KnownProject:
    """The project as dbt's artifacts in `target_dir` describe it. build_file, progress: as for `load_lineage`.

    Raises ConfigError where the artifacts are missing or unreadable.
    """
    nodes = read_project(project_dir, target_dir, build_file)
    graph = lineage_of(nodes, target_dir / "ribbon", progress=progress)
    return KnownProject(nodes.dialect, _relations(graph, nodes.dialect), _use_cases(graph), graph)


def _use_cases(graph: LineageGraph) -> dict[str, str]:
    return {key: node.project.use_case for key, node in graph.nodes.items() if node.project.use_case}


def _relations(graph: LineageGraph, dialect: str) -> tuple[KnownRelation, ...]:
    """One for each table in the database: of a model and a source that are the same table, the model."""
    by_path: dict[Place, LineageNode] = {}
    for node in sorted(graph.nodes.values(), key=lambda node: node.project.resource_type == "source"):
        if not node.project.ephemeral:
            by_path.setdefault(tuple(part.lower() for part in node.project.path), node)
    short = Counter(path[-2:] for path in by_path)
    return tuple(
        _relation(node, node.project.path[-2:] if dialect == "duckdb" and short[path[-2:]] == 1 else node.project.path)
        for path, node in by_path.items()
    )


def _relation(node: LineageNode, path: Place) -> KnownRelation:
    """Readers of DuckDB open a copy of the marts under another name, so the database's name is left out there."""
    project = node.project
    complete = project.columns_from.complete or (bool(project.queries) and node.complete)
    return KnownRelation(project.unique_id, tuple(path), node.columns, complete, project.restricted)
