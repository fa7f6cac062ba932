"""Facets of OpenLineage's jobs: what builds a relation."""

from ribbon.catalog.exports.facets import Facet, facet, owners_of
from ribbon.catalog.views import RelationView

__all__ = ["facets_of_job"]


def facets_of_job(view: RelationView, dialect: str) -> dict[str, Facet]:
    """SQL, words and owner of a model, seed or snapshot. dialect: of the SQL."""
    kind = {"processingType": "BATCH", "integration": "DBT", "jobType": view.resource_type.upper()}
    found = {"jobType": facet("JobTypeJobFacet", kind)}
    if view.compiled and view.file.endswith(".sql"):
        found["sql"] = facet("SQLJobFacet", {"query": view.compiled, **({"dialect": dialect} if dialect else {})})
    if view.description:
        said = {"description": view.description, "contentType": "text/markdown"}
        found["documentation"] = facet("DocumentationJobFacet", said)
    if owners := owners_of(view):
        found["ownership"] = facet("OwnershipJobFacet", {"owners": owners})
    return found
