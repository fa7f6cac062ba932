"""The kinds of query logs, one a file."""

from collections.abc import Collection

from ribbon.errors import ConfigError
from ribbon.usage.formats.bigquery import BIGQUERY
from ribbon.usage.formats.cells import Row
from ribbon.usage.formats.format import Format
from ribbon.usage.formats.metabase import METABASE
from ribbon.usage.formats.pg_stat_statements import PG_STAT_STATEMENTS
from ribbon.usage.formats.plain import PLAIN, PLAIN_COLUMNS
from ribbon.usage.formats.redash import REDASH
from ribbon.usage.formats.superset import SUPERSET

__all__ = ["FORMATS", "PLAIN", "PLAIN_COLUMNS", "Format", "Row", "format_of"]

# Those with columns that no other has come first: a guess takes the first that fits.
FORMATS = (BIGQUERY, PG_STAT_STATEMENTS, SUPERSET, METABASE, REDASH, PLAIN)


def format_of(columns: Collection[str], name: str | None, file: str) -> Format:
    """The format that is named, or that the columns tell. Raises ConfigError where columns are missing or tell none."""
    if name is None:
        fitting = next((each for each in FORMATS if not each.missing(columns)), None)
        if fitting is None:
            raise ConfigError(
                f"{file}: no query log of a known kind has the columns {_listed(columns)}. Name the kind with --from,"
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
