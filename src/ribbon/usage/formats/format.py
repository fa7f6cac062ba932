"""A format of query logs: its required columns, how a row is read, and cells as values."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from ribbon.model import LoggedQuery

__all__ = ["Format", "Row", "first_text", "instant", "listed", "number", "seconds_between", "text", "whole"]

# A row of a log: its cells by column, names in lower case.
Row = Mapping[str, Any]

# A larger time is in milliseconds, or in microseconds: as seconds since 1970 it would be after the year 5138.
MILLISECONDS = 1e11


def text(row: Row, column: str) -> str | None:
    """A cell as text without null characters; None where it is missing or blank."""
    value = row.get(column)
    if value is None:
        return None
    shown = value if isinstance(value, str) else str(value)
    if not shown.isascii():
        shown = shown.encode("utf-8", "replace").decode("utf-8")
    return shown.replace("\0", "").strip() or None


def first_text(row: Row, *columns: str) -> str | None:
    """The first of these cells that is not blank."""
    return next((found for column in columns if (found := text(row, column))), None)


def number(row: Row, column: str) -> float | None:
    """A cell as a number. Raises ValueError where it is not one."""
    shown = text(row, column)
    try:
        found = None if shown is None else float(shown)
    except ValueError:
        raise ValueError(f"{column} is not a number") from None
    if found is not None and not isfinite(found):
        raise ValueError(f"{column} is not a number")
    return found


def whole(row: Row, column: str) -> int | None:
    """A cell as a whole number. Raises ValueError where it is not one."""
    found = number(row, column)
    return None if found is None else int(found)


def instant(row: Row, column: str) -> datetime | None:
    """A cell as a time in UTC: ISO 8601, or seconds, milliseconds or microseconds since 1970.

    A time without a zone is UTC. Raises ValueError where it is not a time.
    """
    value = row.get(column)
    shown = text(row, column)
    if shown is None:
        return None
    try:
        found = value if isinstance(value, datetime) else _read_instant(shown)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{column} is not a time") from None


def _read_instant(shown: str) -> datetime:
    try:
        since = float(shown)
    except ValueError:
        return datetime.fromisoformat(shown.removesuffix(" UTC"))
    while since > MILLISECONDS:
        since /= 1000
    return datetime.fromtimestamp(since, UTC)


def seconds_between(row: Row, start: str, end: str) -> float | None:
    """The seconds from one time to another; None where one of them is missing."""
    started, ended = instant(row, start), instant(row, end)
    return (ended - started).total_seconds() if started and ended else None


def listed(row: Row, column: str) -> list[dict[str, Any]]:
    """The records of a repeated field, which are JSON in a CSV file. Empty where it is anything else."""
    value = row.get(column)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return []
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Format:
    """A format of query logs.

    needs: the required columns, each with its alternatives. read: a row as a query; raises ValueError with the reason
    where the row is to be left out. dialect: of its SQL, None for the project's own.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    read: Callable[[Row], LoggedQuery]
    dialect: str | None = None

    def missing(self, columns: Collection[str]) -> tuple[str, ...]:
        """The required columns that a file with these columns lacks."""
        return tuple(" or ".join(either) for either in self.needs if not set(either).intersection(columns))
