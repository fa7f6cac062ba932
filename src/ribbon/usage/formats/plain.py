"""Ribbon's own format: who, when, sql, seconds, use."""

from hashlib import blake2b

from ribbon.model import LoggedQuery
from ribbon.usage.formats.format import Format, Row, instant, number, text, whole

__all__ = ["PLAIN", "PLAIN_COLUMNS"]

PLAIN_COLUMNS = ("who", "when", "sql", "seconds", "use", "use_case", "calls", "bytes", "status", "id")


def _read(row: Row) -> LoggedQuery:
    who, asked_at, sql = text(row, "who"), instant(row, "when"), text(row, "sql") or ""
    calls = whole(row, "calls")
    return LoggedQuery(
        log=PLAIN.name,
        id=text(row, "id") or _hash(who, str(asked_at), sql),
        sql=sql,
        who=who,
        asked_at=asked_at,
        seconds=number(row, "seconds"),
        calls=1 if calls is None else calls,
        bytes_read=whole(row, "bytes"),
        status=(text(row, "status") or "done").lower(),
        use=text(row, "use"),
        use_case=text(row, "use_case"),
    )


def _hash(*parts: str | None) -> str:
    return blake2b("\0".join(part or "" for part in parts).encode(), digest_size=16).hexdigest()


PLAIN = Format("plain", (("sql",), ("when",)), _read)
