"""Rows of BigQuery's INFORMATION_SCHEMA.JOBS."""

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, instant, listed, seconds_between, text, whole

__all__ = ["BIGQUERY"]

# Labels that name the report behind a query: set by Looker Studio, or by people on their own jobs.
USE_LABELS = ("dashboard", "use", "looker_studio_report_id")


def _read(row: Row) -> LoggedQuery:
    if (text(row, "statement_type") or "").upper() == "SCRIPT":
        raise ValueError("it is a script; its statements are in the log separately")
    if (text(row, "state") or "DONE").upper() != "DONE":
        raise ValueError("it was still running")
    labels = {str(label.get("key")): str(label.get("value")) for label in listed(row, "labels")}
    if "dbt_invocation_id" in labels:
        raise ValueError("dbt ran it")
    failed = text(row, "error_result") not in {None, "{}", "null"}
    return LoggedQuery(
        log=BIGQUERY.name,
        id=text(row, "job_id") or "",
        sql=text(row, "query") or "",
        who=text(row, "user_email"),
        asked_at=instant(row, "creation_time"),
        seconds=seconds_between(row, "start_time", "end_time"),
        bytes_read=whole(row, "total_bytes_processed"),
        status="failed" if failed else "done",
        use=next((labels[name] for name in USE_LABELS if labels.get(name)), None),
        use_case=labels.get("use_case"),
        tables=tuple(filter(None, map(_table, listed(row, "referenced_tables")))),
    )


def _table(reference: Row) -> str:
    parts = (reference.get("project_id"), reference.get("dataset_id"), reference.get("table_id"))
    return ".".join(str(part) for part in parts if part)


BIGQUERY = Format("bigquery", (("job_id",), ("creation_time",), ("query",)), _read, dialect="bigquery")
