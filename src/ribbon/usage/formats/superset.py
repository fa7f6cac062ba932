"""Rows of Superset's table `query`: what was run in SQL Lab."""

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, first_text, instant, seconds_between, text

__all__ = ["SUPERSET"]

UNFINISHED = frozenset({"pending", "running", "scheduled", "fetching"})


def _read(row: Row) -> LoggedQuery:
    status = (text(row, "status") or "success").lower()
    if status in UNFINISHED:
        raise ValueError("it was still running")
    asked_at = instant(row, "start_time")
    return LoggedQuery(
        log=SUPERSET.name,
        id=text(row, "client_id") or f"{text(row, 'id') or ''}@{asked_at}",
        sql=first_text(row, "executed_sql", "sql") or "",
        who=first_text(row, "username", "email", "user_id"),
        asked_at=asked_at,
        seconds=seconds_between(row, "start_time", "end_time"),
        status="done" if status == "success" else "failed",
        use=first_text(row, "dashboard", "tab_name"),
    )


SUPERSET = Format("superset", (("client_id", "id"), ("executed_sql", "sql"), ("start_time",), ("status",)), _read)
