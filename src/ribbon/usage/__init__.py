"""Usage: who queries what, from the query logs of BI tools and warehouses."""

from ribbon.usage.formats import FORMATS
from ribbon.usage.imported_usage import Totals, Usage, load_usage, unqueried_columns
from ribbon.usage.known import KnownProject, known_project
from ribbon.usage.log_files import Log, column_names
from ribbon.usage.log_import import Imported, Options, import_usage, read_logs

__all__ = [
    "FORMATS",
    "Imported",
    "KnownProject",
    "Log",
    "Options",
    "Totals",
    "Usage",
    "column_names",
    "import_usage",
    "known_project",
    "load_usage",
    "read_logs",
    "unqueried_columns",
]
