"""From the rows of a log's file to the queries they tell of."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ribbon.errors import ConfigError
from ribbon.model import LoggedQuery
from ribbon.usage.formats import PLAIN_COLUMNS, Format, format_of
from ribbon.usage.log_files import open_log

__all__ = ["Log", "column_names", "read_log"]


@dataclass
class Log:
    """A file as it was read. format: None where it has no rows. left_out: reasons with how many rows and the first."""

    file: Path
    format: Format | None
    queries: list[LoggedQuery] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    first_left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, row: int) -> None:
        """Count a row that tells of no query that ended."""
        self.left_out[reason] += 1
        self.first_left_out.setdefault(reason, row)


def column_names(text: str | None) -> dict[str, str]:
    """`who=user_name,when=at` as the file's column by ours. Raises ConfigError where it names none of ours."""
    pairs = [part.partition("=") for part in text.split(",")] if text else []
    named = {ours.strip().lower(): theirs.strip().lower() for ours, _, theirs in pairs}
    wrong = [ours for ours in named if ours not in PLAIN_COLUMNS or not named[ours]]
    if wrong:
        raise ConfigError(
            f"--columns {text}: {', '.join(wrong) or 'nothing'} is none of {', '.join(PLAIN_COLUMNS)}. Write"
            " who=user_name,when=started_at."
        )
    return named


def read_log(file: Path, format_name: str | None, names: Mapping[str, str]) -> Log:
    """All queries of a file. format_name: None to guess it. names: the file's columns by those of a plain log.

    Raises ConfigError where the file, or its format, is not what it has to be.
    """
    if names and format_name not in {None, "plain"}:
        raise ConfigError(f"--columns is for plain logs; a log of {format_name} has columns of its own. Leave one out.")
    columns, rows = open_log(file)
    if absent := [theirs for theirs in names.values() if columns and theirs not in columns]:
        raise ConfigError(f"{file}: has no column {', '.join(absent)}; it has {', '.join(columns)}.")
    present = {*columns, *names}
    log = Log(file, format_of(sorted(present), "plain" if names else format_name, str(file)) if columns else None)
    for number, row in _renamed(rows, names) if names else rows:
        _take(log, number, row)
    return log


def _renamed(
    rows: Iterator[tuple[int, dict[str, Any]]], names: Mapping[str, str]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, row in rows:
        yield number, row | {ours: row.get(theirs) for ours, theirs in names.items()}


def _take(log: Log, number: int, row: dict[str, Any]) -> None:
    if log.format is None:
        return
    try:
        query = log.format.read(row)
    except ValueError as error:
        log.leave_out(str(error), number)
        return
    if query.sql:
        log.queries.append(query.of(log.file.name))
    else:
        log.leave_out("it has no SQL", number)
