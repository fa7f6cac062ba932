"""Artifacts of a dbt project in, what there is to analyse out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.dbt.artifacts import Artifacts, read_artifacts, read_catalog
from ribbon.dbt.nodes import CatalogNode, Node
from ribbon.dbt.nodes import Exposure as DeclaredExposure
from ribbon.dbt.relations import identifier_of, path_of
from ribbon.dbt.settings import read_settings
from ribbon.lineage.dialects import dialect_of
from ribbon.lineage.known_columns import KnownColumns, known_columns
from ribbon.lineage.labels import labels_of
from ribbon.lineage.layers import exposure_use_case, layers_of, use_case_of
from ribbon.lineage.nodes import ColumnsFrom, Exposure, ProjectNode, ProjectNodes
from ribbon.lineage.queries import Queries
from ribbon.model import Layer

__all__ = ["ColumnsFrom", "Exposure", "ProjectNode", "ProjectNodes", "read_project"]


@dataclass(frozen=True)
class _Reading:
    """What is known of a project before its nodes are made. layers, labels: by unique id."""

    artifacts: Artifacts
    adapter: str
    layers: Mapping[str, Layer]
    labels: Mapping[str, str]
    columns: KnownColumns
    queries: Queries


def read_project(
    project_dir: Path,
    target_dir: Path,
    build_file: Path | None = None,
    read: tuple[Artifacts, Mapping[str, CatalogNode]] | None = None,
) -> ProjectNodes:
    """The nodes and uses of the project in `project_dir`, from dbt's artifacts in `target_dir`.

    build_file: Ribbon's DuckDB file, asked for the columns that no artifact knows, where it is there and not held.
    read: manifest and catalog of `target_dir`, where they are at hand. Raises ConfigError where there is no manifest,
    or none that can be read.
    """
    artifacts, catalog = read or (read_artifacts(target_dir), read_catalog(target_dir))
    reading = _reading(artifacts, catalog, project_dir, target_dir, build_file)
    nodes = {key: _project_node(node, reading) for key, node in artifacts.nodes.items()}
    reading.queries.save()
    use_cases = {key: node.use_case for key, node in nodes.items()}
    return ProjectNodes(
        name=artifacts.metadata.project_name or "",
        dialect=dialect_of(reading.adapter),
        nodes=nodes,
        exposures=tuple(_exposure(exposure, use_cases) for exposure in artifacts.exposures),
        generated_at=artifacts.metadata.generated_at,
        notes=(reading.columns.note,) if reading.columns.note else (),
    )


def _reading(
    artifacts: Artifacts,
    catalog: Mapping[str, CatalogNode],
    project_dir: Path,
    target_dir: Path,
    build_file: Path | None,
) -> _Reading:
    nodes, settings = artifacts.nodes, read_settings(project_dir)
    rule = layers_of(nodes, settings)
    layers = {key: rule.layer(node) for key, node in nodes.items()}
    return _Reading(
        artifacts,
        artifacts.metadata.adapter_type or "",
        layers,
        labels_of(nodes, layers),
        known_columns(nodes, catalog, settings, build_file),
        Queries(artifacts, settings, target_dir),
    )


def _project_node(node: Node, reading: _Reading) -> ProjectNode:
    key = node.unique_id
    layer = reading.layers[key]
    columns, columns_from = reading.columns.of(node)
    queries, unresolved = reading.queries.of(node)
    parents = dict.fromkeys(parent for parent in node.depends_on.nodes if parent in reading.artifacts.nodes)
    return ProjectNode(
        unique_id=key,
        name=node.name,
        resource_type=node.resource_type,
        label=reading.labels[key],
        layer=layer,
        schema=node.schema or "",
        identifier=identifier_of(node),
        file=node.original_file_path,
        path=path_of(node, reading.adapter),
        parents=tuple(parent for parent in parents if parent != key),
        queries=queries,
        columns=columns,
        columns_from=columns_from,
        restricted=frozenset(column.name.casefold() for column in node.columns.values() if column.restricted),
        unresolved=unresolved,
        use_case=(use_case_of(node.fqn) or node.config.group) if layer is Layer.MART else None,
        group=node.config.group,
        system=node.source_name,
        materialized=node.config.materialized or "",
        package=node.package_name,
        description=node.description or "",
    )


def _exposure(exposure: DeclaredExposure, use_cases: Mapping[str, str | None]) -> Exposure:
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
        use_case=exposure_use_case(exposure, use_cases),
    )
