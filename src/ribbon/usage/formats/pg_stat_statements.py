"""Rows of PostgreSQL's pg_stat_statements: running totals by user, database and statement, constants as $1."""

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, first_text, instant, number, text, whole

__all__ = ["PG_STAT_STATEMENTS"]

# Identify a row; since PostgreSQL 17 with the start of counting, because a reset begins a new total.
KEY = ("userid", "dbid", "queryid", "toplevel", "stats_since")
MILLISECONDS = 1000


def _read(row: Row) -> LoggedQuery:
    sql = text(row, "query") or ""
    if sql == "<insufficient privilege>":
        raise ValueError("its SQL was hidden from the user who exported it")
    took = number(row, "total_exec_time")
    if took is None:
        took = number(row, "total_time")  # before PostgreSQL 13
    return LoggedQuery(
        log=PG_STAT_STATEMENTS.name,
        id="/".join(_key_part(row, column) for column in KEY),
        sql=sql,
        who=first_text(row, "rolname", "usename", "userid"),
        asked_at=instant(row, "captured_at"),
        seconds=None if took is None else took / MILLISECONDS,
        calls=whole(row, "calls") or 0,
    )


def _key_part(row: Row, column: str) -> str:
    """The same spelling for every file: CSV has t and a text, Parquet a boolean and a time."""
    if column == "stats_since":
        since = instant(row, column)
        return since.isoformat() if since else ""
    shown = text(row, column) or ""
    return shown[:1].lower() if column == "toplevel" else shown


PG_STAT_STATEMENTS = Format("pg_stat_statements", (("queryid",), ("query",), ("calls",)), _read, dialect="postgres")
