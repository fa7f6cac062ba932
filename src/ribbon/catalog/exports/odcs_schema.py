"""A mart as the table of a data contract."""

from collections.abc import Mapping
from typing import Any

from ribbon.catalog.composing.keys import FILLED, UNIQUE, of_all_rows
from ribbon.catalog.exports.logical_types import logical_type
from ribbon.catalog.exports.odcs_quality import quality_rule
from ribbon.catalog.views import ColumnView, RelationView

__all__ = ["table_of"]

_ERROR = "error"


def table_of(view: RelationView) -> dict[str, Any]:
    """The table with its columns and the rules about them. It is called as readers call it."""
    name = view.database_name.rpartition(".")[2] or view.name
    grain = {column.casefold(): place for place, column in enumerate(view.grain, start=1)}
    said = {
        "name": name,
        "physicalName": name,
        "logicalType": "object",
        "physicalType": "view" if view.materialized == "view" else "table",
        "description": view.description,
        "dataGranularityDescription": f"One row per {', '.join(view.grain)}" if view.grain else "",
        "properties": [_property(column, grain) for column in view.columns],
        "quality": [quality_rule(promise) for promise in view.promises],
    }
    return {key: value for key, value in said.items() if value}


def _property(column: ColumnView, grain: Mapping[str, int]) -> dict[str, Any]:
    kept = {promise.expectation for promise in column.promises if of_all_rows(promise) and promise.severity == _ERROR}
    said = {
        "name": column.name,
        "logicalType": logical_type(column.data_type),
        "physicalType": column.data_type,
        "description": column.description,
        "primaryKey": column.name.casefold() in grain,
        "primaryKeyPosition": grain.get(column.name.casefold()),
        "required": bool(kept & FILLED),
        "unique": bool(kept & UNIQUE),
        "classification": "restricted" if column.restricted else None,
        "transformLogic": column.expression,
        "transformSourceObjects": sorted({edge.relation for edge in column.made_from}),
        "quality": [quality_rule(promise) for promise in column.promises],
    }
    return {key: value for key, value in said.items() if value}
