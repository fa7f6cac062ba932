"""What OpenLineage calls a dataset: a namespace for where it is, a name in it."""

from ribbon.catalog.exports.catalog import Catalog

__all__ = ["DatasetNames", "namespace_of", "unknown_namespace"]


class DatasetNames:
    """Names by unique id, so that this project's datasets are those that other tools tell of."""

    def __init__(self, catalog: Catalog, namespace: str | None) -> None:
        self._nodes = catalog.facts.graph.nodes
        self._namespace = namespace or namespace_of(catalog)

    def of(self, uid: str) -> dict[str, str]:
        """Namespace and name of a relation; what the project does not know is called as its SQL calls it."""
        node = self._nodes.get(uid)
        return {"namespace": self._namespace, "name": ".".join(node.project.path) if node else uid}


def namespace_of(catalog: Catalog) -> str:
    """As OpenLineage's naming (spec/Naming.md) and its dbt integration have it, as far as artifacts say where data is.

    BigQuery is one place for all. A DuckDB file is named by its path, which is known of Ribbon's own.
    """
    if catalog.adapter == "bigquery":
        return "bigquery"
    if catalog.adapter == "duckdb" and catalog.ours:
        return f"duckdb://{catalog.project.build_file.as_posix()}"
    return f"{catalog.adapter or 'dbt'}://{catalog.name}"


def unknown_namespace(catalog: Catalog) -> tuple[str, ...]:
    """What to tell where the artifacts do not say which server or file the database is."""
    namespace = namespace_of(catalog)
    if namespace == "bigquery" or (catalog.adapter == "duckdb" and catalog.ours):
        return ()
    return (
        f"dbt's artifacts do not say where the database is: datasets are in the namespace {namespace}. Other tools may"
        " know it by another, as postgres://host:5432 or duckdb://path: name that with --namespace.",
    )
