"""What dbt writes into SQL for a relation of the manifest."""

from collections.abc import Mapping
from string import Template
from typing import Any

from ribbon.dbt.nodes import Node

__all__ = ["EPHEMERAL_PREFIX", "identifier_of", "path_of", "rendered"]

EPHEMERAL_PREFIX = "__dbt__cte__"


def path_of(node: Node, adapter: str) -> tuple[str, ...]:
    """Database, schema and identifier of a node, outermost first, as many as there are.

    The name of its CTE for an ephemeral model, the place for a source of dbt-duckdb that is a file.
    """
    if node.config.materialized == "ephemeral":
        return (EPHEMERAL_PREFIX + identifier_of(node),)
    place = _external_place(node) if adapter == "duckdb" else None
    return (place,) if place else tuple(filter(None, (node.database, node.schema, identifier_of(node))))


def identifier_of(node: Node) -> str:
    """The relation's own name."""
    return node.identifier or node.alias or node.name


def rendered(node: Node, adapter: str) -> str:
    """What `ref` or `source` writes for a node."""
    place = _external_place(node) if adapter == "duckdb" else None
    if place:
        return place if "(" in place or place.startswith("'") else f"'{place}'"
    if node.config.materialized == "ephemeral":
        return EPHEMERAL_PREFIX + identifier_of(node)
    return node.relation_name or ".".join(path_of(node, adapter))


def _external_place(node: Node) -> str | None:
    """The file or call that stands for a source of dbt-duckdb, by `external_location`, as dbt-duckdb fills it in."""
    meta: dict[str, Any] = {**(node.source_meta or {}), **(node.meta or {}), **(node.config.meta or {})}
    place = meta.get("external_location") if node.resource_type == "source" and "plugin" not in meta else None
    if not isinstance(place, str):
        return None
    return _filled(place, str(meta.get("formatter", "newstyle")), _of_source(node) | meta)


def _of_source(node: Node) -> dict[str, Any]:
    return {"name": node.name, "identifier": identifier_of(node), "schema": node.schema, "database": node.database}


def _filled(place: str, formatter: str, values: Mapping[str, Any]) -> str | None:
    """The place with the source's names in it; None where it asks for something that is not there."""
    try:
        if formatter == "template":
            return Template(place).substitute(values)
        return place % values if formatter == "oldstyle" else place.format_map(values)
    except (KeyError, ValueError, IndexError, TypeError, AttributeError):
        return None
