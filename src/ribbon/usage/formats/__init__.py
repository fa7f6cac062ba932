"""The formats of query logs, one per file."""

from collections.abc import Collection

from ribbon.errors import ConfigError
from ribbon.usage.formats.bigquery import BIGQUERY
from ribbon.usage.formats.format import Format, Row
from ribbon.usage.formats.metabase import METABASE
from ribbon.usage.formats.pg_stat_statements import PG_STAT_STATEMENTS
from ribbon.usage.formats.plain import PLAIN, PLAIN_COLUMNS
from ribbon.usage.formats.redash import REDASH
from ribbon.usage.formats.superset import SUPERSET

__all__ = ["FORMATS", "PLAIN", "PLAIN_COLUMNS", "Format", "Row", "format_of"]

# A guess takes the first that fits, so those with the most specific columns come first.
FORMATS = (BIGQUERY, PG_STAT_STATEMENTS, SUPERSET, METABASE, REDASH, PLAIN)


def format_of(columns: Collection[str], name: str | None, file: str) -> Format:
    """The named format, or the one that fits the columns. Raises ConfigError where none does or columns are missing."""
    if name is None:
        fitting = next((each for each in FORMATS if not each.missing(columns)), None)
        if fitting is None:
            raise ConfigError(
                f"{file}: no known query log has the columns {_listed(columns)}. Name the kind with --from,"
                " or the columns with --columns who=…,when=…,sql=…."
            )
        return fitting
    chosen = next(each for each in FORMATS if each.name == name)
    if missing := chosen.missing(columns):
        raise ConfigError(
            f"{file}: a log of {name} needs the columns {', '.join(missing)}; the file has {_listed(columns)}. Export"
            " them too, or name another kind with --from."
        )
    return chosen


def _listed(columns: Collection[str]) -> str:
    return ", ".join(columns) if columns else "none"
