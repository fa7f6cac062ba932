"""Artifacts of a dbt project in, what there is to analyse out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.nodes import CatalogNode, Node
from ribbon.dbt.nodes import Exposure as DeclaredExposure
from ribbon.dbt.relations import identifier_of, path_of
from ribbon.lineage.dialects import dialect_of
from ribbon.lineage.known_columns import KnownColumns, known_columns
from ribbon.lineage.nodes import ColumnsFrom, Exposure, ProjectNode, ProjectNodes
from ribbon.lineage.queries import Queries
from ribbon.project import Project
from ribbon.project import read_project as read_model

__all__ = ["ColumnsFrom", "Exposure", "ProjectNode", "ProjectNodes", "nodes_of", "read_project"]


@dataclass(frozen=True)
class _Reading:
    """What is known of a project before its nodes are made."""

    project: Project
    columns: KnownColumns
    queries: Queries


def read_project(
    project_dir: Path,
    target_dir: Path,
    build_file: Path | None = None,
    read: tuple[Artifacts, Mapping[str, CatalogNode]] | None = None,
) -> ProjectNodes:
    """The nodes and uses of the project in `project_dir`, from dbt's artifacts in `target_dir`.

    build_file: as `nodes_of` takes it. read: manifest and catalog of `target_dir`, where they are at hand. Raises
    ConfigError where there is no manifest, or none that can be read.
    """
    artifacts, catalog = read or (None, None)
    paths = ProjectPaths(project_dir, project_dir / "data")
    return nodes_of(read_model(paths, target_dir, artifacts=artifacts, catalog=catalog), build_file)


def nodes_of(project: Project, build_file: Path | None = None) -> ProjectNodes:
    """The nodes and uses of a project.

    build_file: its DuckDB file, asked for the columns that no artifact knows, where it is there and not held.
    """
    reading = _Reading(
        project,
        known_columns(project.nodes, project.catalog, project.settings, build_file),
        Queries(
            project.artifacts,
            project.settings,
            project.target_dir,
            project.paths.cache_dir(project.target_dir),
        ),
    )
    nodes = {key: _project_node(node, reading) for key, node in project.nodes.items()}
    reading.queries.save()
    return ProjectNodes(
        name=project.name,
        dialect=dialect_of(project.adapter),
        nodes=nodes,
        exposures=tuple(_exposure(exposure, project) for exposure in project.artifacts.exposures),
        generated_at=project.artifacts.metadata.generated_at,
        notes=tuple(filter(None, (reading.columns.note, *reading.queries.notes))),
    )


def _project_node(node: Node, reading: _Reading) -> ProjectNode:
    key, project = node.unique_id, reading.project
    placement = project.placements[key]
    columns, columns_from = reading.columns.of(node)
    queries, unresolved = reading.queries.of(node)
    return ProjectNode(
        unique_id=key,
        name=node.name,
        resource_type=node.resource_type,
        label=project.labels[key],
        layer=placement.layer,
        schema=node.schema or "",
        identifier=identifier_of(node),
        file=node.original_file_path,
        path=path_of(node, project.adapter),
        parents=project.parents(key),
        queries=queries,
        columns=columns,
        columns_from=columns_from,
        restricted=frozenset(column.name.casefold() for column in node.columns.values() if column.restricted),
        treated=frozenset(column.name.casefold() for column in node.columns.values() if column.treated),
        unresolved=unresolved,
        use_case=placement.use_case,
        group=node.config.group,
        system=node.source_name,
        materialized=node.config.materialized or "",
        package=node.package_name,
        description=node.description or "",
        layer_is_guessed=placement.guessed,
    )


def _exposure(exposure: DeclaredExposure, project: Project) -> Exposure:
    owner = exposure.owner
    emails = owner.email if owner else None
    return Exposure(
        unique_id=exposure.unique_id,
        name=exposure.name,
        type=exposure.type,
        label=exposure.label or exposure.name,
        owner=(owner.name if owner else None) or (emails if isinstance(emails, str) else ", ".join(emails or ())),
        url=exposure.url or "",
        depends_on=exposure.depends_on.nodes,
        use_case=_use_case(exposure, project),
    )


def _use_case(exposure: DeclaredExposure, project: Project) -> str | None:
    """By its folder, else the one of all that it reads."""
    read = {
        placement.use_case if placement else None
        for placement in map(project.placements.get, exposure.depends_on.nodes)
    }
    return project.layers.use_case_in(exposure.fqn) or (read.pop() if len(read) == 1 else None)
