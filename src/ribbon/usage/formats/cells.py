"""Cells of a query log, as each kind of file writes them, as values of ours."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

__all__ = ["Row", "first_text", "instant", "listed", "number", "seconds_between", "text", "whole"]

# A row of a log: its cells by column, names in lower case.
Row = Mapping[str, Any]

# Above this a time is in milliseconds since 1970, and again in microseconds: as seconds it would be the year 5138.
MILLISECONDS = 1e11


def text(row: Row, column: str) -> str | None:
    """A cell as text that any file can hold; None where it is missing or blank."""
    value = row.get(column)
    if value is None:
        return None
    shown = value if isinstance(value, str) else str(value)
    if not shown.isascii():
        shown = shown.encode("utf-8", "replace").decode("utf-8")
    return shown.replace("\0", "").strip() or None


def first_text(row: Row, *columns: str) -> str | None:
    """The first of these cells that holds something."""
    return next((found for column in columns if (found := text(row, column))), None)


def number(row: Row, column: str) -> float | None:
    """A cell as a number. Raises ValueError where it is none."""
    shown = text(row, column)
    try:
        found = None if shown is None else float(shown)
    except ValueError:
        raise ValueError(f"{column} is no number") from None
    if found is not None and not isfinite(found):
        raise ValueError(f"{column} is no number")
    return found


def whole(row: Row, column: str) -> int | None:
    """A cell as a whole number. Raises ValueError where it is none."""
    found = number(row, column)
    return None if found is None else int(found)


def instant(row: Row, column: str) -> datetime | None:
    """A cell as a time in UTC: ISO 8601, or seconds, milliseconds or microseconds since 1970.

    A time without a zone is UTC. Raises ValueError where it is no time.
    """
    value = row.get(column)
    shown = text(row, column)
    if shown is None:
        return None
    try:
        found = value if isinstance(value, datetime) else _read_instant(shown)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{column} is no time") from None


def _read_instant(shown: str) -> datetime:
    try:
        since = float(shown)
    except ValueError:
        return datetime.fromisoformat(shown.removesuffix(" UTC"))
    while since > MILLISECONDS:
        since /= 1000
    return datetime.fromtimestamp(since, UTC)


def seconds_between(row: Row, start: str, end: str) -> float | None:
    """From one time to the other; None where one of them is missing."""
    started, ended = instant(row, start), instant(row, end)
    return (ended - started).total_seconds() if started and ended else None


def listed(row: Row, column: str) -> list[dict[str, Any]]:
    """The records of a repeated field; in a CSV they are JSON. Empty where it is something else."""
    value = row.get(column)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
