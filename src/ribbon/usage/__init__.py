"""The use end: who asks the marts what, from the query logs of BI tools and warehouses."""

from ribbon.usage.formats import FORMATS
from ribbon.usage.importing import Imported, Options, import_usage, read_logs
from ribbon.usage.known import KnownProject, know
from ribbon.usage.never_asked import never_asked
from ribbon.usage.reading import Log, column_names
from ribbon.usage.usage import Totals, Usage, load_usage

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
    "know",
    "load_usage",
    "never_asked",
    "read_logs",
]
