"""Facets of OpenLineage's datasets and jobs, each with the version of its schema."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ribbon import __version__
from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.logical_types import NUMBERS, logical_type
from ribbon.catalog.views import ColumnEdge, ColumnView, PromiseView, RelationView, VerdictView

__all__ = [
    "PRODUCER",
    "DatasetNames",
    "assertions",
    "facet",
    "facets_of_dataset",
    "facets_of_job",
    "lineage_facet",
    "unknown_namespace",
]

# A package URL is a URI that names the code without promising a page.
PRODUCER = f"pkg:pypi/dbt-ribbon@{__version__}"

_FACETS = "https://openlineage.io/spec/facets"

# The versions are those of the specification that openlineage-python 1.54 was generated from.
_VERSIONS = {
    "ColumnLineageDatasetFacet": "1-2-0",
    "DataQualityAssertionsDatasetFacet": "1-1-0",
    "DataQualityMetricsDatasetFacet": "1-0-1",
    "DocumentationDatasetFacet": "1-1-0",
    "DocumentationJobFacet": "1-1-0",
    "ErrorMessageRunFacet": "1-0-1",
    "JobTypeJobFacet": "2-0-4",
    "OwnershipDatasetFacet": "1-0-1",
    "OwnershipJobFacet": "1-0-1",
    "ParentRunFacet": "1-2-0",
    "SQLJobFacet": "1-1-0",
    "SchemaDatasetFacet": "1-2-0",
}

_DIRECT = {"copied": "IDENTITY", "renamed": "IDENTITY", "computed": "TRANSFORMATION", "aggregated": "AGGREGATION"}
# What a limit keeps is decided by an order, as of `distinct on`.
_INDIRECT = {"filtered by": "FILTER", "joined on": "JOIN", "grouped by": "GROUP_BY", "limited by": "SORT"}

Facet = dict[str, Any]


class DatasetNames:
    """Names by unique id, so that this project's datasets are the same in other tools."""

    def __init__(self, catalog: Catalog, namespace: str | None) -> None:
        self._nodes = catalog.facts.graph.nodes
        self._namespace = namespace or namespace_of(catalog)

    def of(self, uid: str) -> dict[str, str]:
        """Namespace and name of a relation; others have the name that SQL gives them."""
        node = self._nodes.get(uid)
        return {"namespace": self._namespace, "name": ".".join(node.project.path) if node else uid}


def namespace_of(catalog: Catalog) -> str:
    """By OpenLineage's naming (spec/Naming.md) and its dbt integration, as far as artifacts say where data is.

    BigQuery is one place for all. A DuckDB file is named by its path, which is known of Ribbon's own.
    """
    if catalog.adapter == "bigquery":
        return "bigquery"
    if catalog.adapter == "duckdb" and catalog.ours:
        return f"duckdb://{catalog.project.build_file.as_posix()}"
    return f"{catalog.adapter or 'dbt'}://{catalog.name}"


def unknown_namespace(catalog: Catalog) -> tuple[str, ...]:
    """A note where the artifacts do not say which server or file the database is."""
    namespace = namespace_of(catalog)
    if namespace == "bigquery" or (catalog.adapter == "duckdb" and catalog.ours):
        return ()
    return (
        f"dbt's artifacts do not say where the database is: datasets are in the namespace {namespace}. Other tools may"
        " know it by another, as postgres://host:5432 or duckdb://path: name that with --namespace.",
    )


def facet(kind: str, content: Mapping[str, Any]) -> Facet:
    """A facet with what every facet has. kind: the name of its schema."""
    schema = f"{_FACETS}/{_VERSIONS[kind]}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": schema, **content}


def facets_of_dataset(view: RelationView) -> dict[str, Facet]:
    """Columns, description, owner and measurements of a relation."""
    found = {"schema": facet("SchemaDatasetFacet", {"fields": list(_fields(view))})}
    if view.description:
        content = {"description": view.description, "contentType": "text/markdown"}
        found["documentation"] = facet("DocumentationDatasetFacet", content)
    if owners := owners_of(view):
        found["ownership"] = facet("OwnershipDatasetFacet", {"owners": owners})
    if metrics := _metrics(view):
        found["dataQualityMetrics"] = facet("DataQualityMetricsDatasetFacet", metrics)
    return found


def owners_of(view: RelationView) -> list[dict[str, str]]:
    """The owner, in OpenLineage's form; empty where there is none."""
    return [{"name": view.email or view.owner}] if view.email or view.owner else []


def lineage_facet(view: RelationView, names: DatasetNames) -> dict[str, Facet]:
    """Where its columns come from, and what decides its rows; empty where nothing is known."""
    fields = {
        column.name: {"inputFields": [_direct(edge, names) for edge in column.made_from]}
        for column in view.columns
        if column.made_from
    }
    rows = list(_indirect(view, names))
    if not fields and not rows:
        return {}
    return {"columnLineage": facet("ColumnLineageDatasetFacet", {"fields": fields, "dataset": rows})}


def assertions(verdicts: Sequence[tuple[PromiseView, VerdictView]]) -> Facet:
    """Promises with their verdicts."""
    content = [_assertion(promise, verdict) for promise, verdict in verdicts]
    return facet("DataQualityAssertionsDatasetFacet", {"assertions": content})


def _fields(view: RelationView) -> Iterator[dict[str, Any]]:
    for place, column in enumerate(view.columns, start=1):
        known = {"type": column.data_type, "description": column.description}
        yield {"name": column.name, **{key: value for key, value in known.items() if value}, "ordinal_position": place}


def _direct(edge: ColumnEdge, names: DatasetNames) -> dict[str, Any]:
    how = {"type": "DIRECT", "subtype": _DIRECT.get(edge.kind, "TRANSFORMATION")}
    if edge.expressions:
        how["description"] = " <- ".join(edge.expressions)
    return {**names.of(edge.relation), "field": edge.column, "transformations": [how]}


def _indirect(view: RelationView, names: DatasetNames) -> Iterator[dict[str, Any]]:
    """Each column once, with all that it decides."""
    decides: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in view.rows_by:
        how = {"type": "INDIRECT", "subtype": _INDIRECT[row.role]}
        content = {**how, "description": row.expression} if row.expression else how
        decides.setdefault((row.relation, row.column), []).append(content)
    for (relation, column), ways in decides.items():
        yield {**names.of(relation), "field": column, "transformations": ways}


def _metrics(view: RelationView) -> Facet:
    """Counts of all columns, bounds of numbers; a restricted column has none here."""
    columns = {column.name: dict(_of_column(column)) for column in view.columns if column.profile}
    if not columns and view.row_count is None:
        return {}
    rows = next((column.profile.rows for column in view.columns if column.profile), view.row_count)
    return {"rowCount": rows, "columnMetrics": columns}


def _of_column(column: ColumnView) -> Iterator[tuple[str, float]]:
    profile = column.profile
    if profile is None:
        return
    yield "nullCount", profile.nulls
    yield "count", profile.rows - profile.nulls
    if profile.distinct is not None:
        yield "distinctCount", profile.distinct
    if logical_type(column.data_type) in NUMBERS:
        bounds = (("min", profile.smallest), ("max", profile.largest))
        yield from ((name, number) for name, content in bounds if (number := _number(content)) is not None)


def _number(content: str | None) -> float | None:
    """A number that JSON can hold."""
    try:
        number = float(content or "nan")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _assertion(promise: PromiseView, verdict: VerdictView) -> dict[str, Any]:
    known = {"column": promise.column, "actual": verdict.observed, "params": dict(promise.arguments)}
    return {
        "assertion": promise.expectation,
        "success": verdict.status == "pass",
        "severity": promise.severity,
        "name": promise.test_id,
        "description": promise.words,
        **{key: value for key, value in known.items() if value},
    }


def facets_of_job(view: RelationView, dialect: str) -> dict[str, Facet]:
    """SQL, words and owner of a model, seed or snapshot. dialect: of the SQL."""
    kind = {"processingType": "BATCH", "integration": "DBT", "jobType": view.resource_type.upper()}
    found = {"jobType": facet("JobTypeJobFacet", kind)}
    if view.compiled and view.file.endswith(".sql"):
        found["sql"] = facet("SQLJobFacet", {"query": view.compiled, **({"dialect": dialect} if dialect else {})})
    if view.description:
        content = {"description": view.description, "contentType": "text/markdown"}
        found["documentation"] = facet("DocumentationJobFacet", content)
    if owners := owners_of(view):
        found["ownership"] = facet("OwnershipJobFacet", {"owners": owners})
    return found
