"""The whole catalog for other programs: JSON, Parquet, OpenLineage events, data contracts."""

from ribbon.catalog.exports.exporting import Exported, export_catalog, place_of_export
from ribbon.catalog.exports.formats import JSON, ODCS, OPENLINEAGE, PARQUET, Format, openlineage_in

__all__ = [
    "JSON",
    "ODCS",
    "OPENLINEAGE",
    "PARQUET",
    "Exported",
    "Format",
    "export_catalog",
    "openlineage_in",
    "place_of_export",
]
