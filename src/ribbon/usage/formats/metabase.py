"""Rows of Metabase's `query_execution`, joined with `query` for the SQL."""

import json
from typing import Any

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, first_text, instant, number, text

__all__ = ["METABASE"]

MILLISECONDS = 1000


def _read(row: Row) -> LoggedQuery:
    asked_at, took = instant(row, "started_at"), number(row, "running_time")
    return LoggedQuery(
        log=METABASE.name,
        id=f"{text(row, 'id') or text(row, 'hash') or ''}@{asked_at}",
        sql=_native(first_text(row, "sql", "query") or ""),
        who=first_text(row, "email", "executor_id"),
        asked_at=asked_at,
        seconds=None if took is None else took / MILLISECONDS,
        status="failed" if text(row, "error") else "done",
        use=_named(row, "dashboard") or _named(row, "card"),
    )


def _named(row: Row, kind: str) -> str | None:
    """By its name if the export has it, else by its number."""
    name, number_of_it = text(row, kind), text(row, f"{kind}_id")
    return name or (f"{kind} {number_of_it}" if number_of_it else None)


def _native(query: str) -> str:
    """The SQL of a query: `query.query` is JSON, which contains SQL if a person wrote it."""
    if not query.startswith("{"):
        return query
    try:
        document = json.loads(query)
    except ValueError:
        return query
    sql = _sql_in(document)
    if sql is None:
        raise ValueError("it was built without SQL; log it in the database instead")
    return sql


def _sql_in(document: Any) -> str | None:
    """In `native.query`; in newer versions in `native` of the first of the `stages`."""
    native = document.get("native")
    if isinstance(native, dict) and isinstance(native.get("query"), str):
        return str(native["query"])
    stages = document.get("stages")
    first = stages[0] if isinstance(stages, list) and stages else None
    found = first.get("native") if isinstance(first, dict) else None
    return found if isinstance(found, str) else None


METABASE = Format("metabase", (("started_at",), ("running_time",), ("query", "sql")), _read)
