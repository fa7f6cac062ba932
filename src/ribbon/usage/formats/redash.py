"""Rows of Redash's `query_results`, joined with who ran them."""

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, first_text, instant, number, text

__all__ = ["REDASH"]


def _read(row: Row) -> LoggedQuery:
    asked_at = instant(row, "retrieved_at")
    query_id = text(row, "query_id")
    return LoggedQuery(
        log=REDASH.name,
        id=f"{text(row, 'id') or text(row, 'query_hash') or ''}@{asked_at}",
        sql=text(row, "query") or "",
        who=first_text(row, "user", "email", "user_name", "user_id"),
        asked_at=asked_at,
        seconds=number(row, "runtime"),
        status="failed" if text(row, "error") else "done",
        use=first_text(row, "dashboard", "name") or (f"query {query_id}" if query_id else None),
    )


REDASH = Format("redash", (("query",), ("runtime",), ("retrieved_at",)), _read)
