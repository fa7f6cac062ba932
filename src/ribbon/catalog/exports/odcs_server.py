"""Where readers find a mart, as a data contract says it."""

from typing import Any

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.views import RelationView

__all__ = ["server_of"]

_ENVIRONMENT = "production"


def server_of(catalog: Catalog, view: RelationView) -> dict[str, Any]:
    """The file that Ribbon publishes marts in, or the database that dbt wrote to.

    dbt's artifacts do not know the host of a server: only DuckDB and BigQuery are told by their own type.
    """
    *database, schema, _ = ("", "", *catalog.facts.graph.nodes[view.unique_id].project.path)
    where = next((part for part in reversed(database) if part), "")
    if catalog.adapter == "duckdb" and catalog.ours:
        public = catalog.facts.documented.public_schema(view.unique_id)
        said = {
            "server": "marts",
            "type": "duckdb",
            "database": catalog.project.marts_file.as_posix(),
            "schema": public,
        }
        return {**said, "environment": _ENVIRONMENT}
    name = catalog.adapter or "database"
    if catalog.adapter == "duckdb":
        return {"server": name, "type": "duckdb", "database": where, "schema": schema}
    if catalog.adapter == "bigquery":
        return {"server": name, "type": "bigquery", "project": where, "dataset": schema}
    return {"server": name, "type": "custom", "description": f"dbt's {name}", "database": where, "schema": schema}
