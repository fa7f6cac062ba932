"""The whole catalog for other programs: JSON, Parquet, OpenLineage events, data contracts."""

from ribbon.catalog.exports.export import (
    JSON,
    ODCS,
    OPENLINEAGE,
    PARQUET,
    Exported,
    Format,
    export_catalog,
    export_path,
    openlineage_in,
)

__all__ = [
    "JSON",
    "ODCS",
    "OPENLINEAGE",
    "PARQUET",
    "Exported",
    "Format",
    "export_catalog",
    "export_path",
    "openlineage_in",
]
