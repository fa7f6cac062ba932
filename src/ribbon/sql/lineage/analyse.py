"""The entry: SQL in, lineage out."""

from collections.abc import Sequence

from ribbon.model import QueryLineage
from ribbon.sql.lineage.tables import Tables

__all__ = ["analyse"]


def analyse(sql: str, dialect: str, tables: Tables, names: Sequence[str] = ()) -> QueryLineage:
    """The lineage of the one query in `sql`.

    dialect: sqlglot's name, which is dbt's adapter type for most. names: the columns the result is known to have, which
    say what a dynamic pivot or a `select *` from an unknown relation gives back. Never raises on account of the SQL:
    what cannot be parsed or resolved is in `unresolved`, with the reason.
    """
    raise NotImplementedError
