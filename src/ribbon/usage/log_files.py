"""Files of query logs, whatever their kind (CSV, JSON lines, a JSON array, Parquet), read as logged queries."""

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from ribbon.engines.parquet import parquet_records
from ribbon.errors import ConfigError
from ribbon.model import LoggedQuery
from ribbon.usage.formats import PLAIN_COLUMNS, Format, format_of

__all__ = ["Log", "column_names", "read_log"]

# So many rows are searched for columns in formats that leave out empty cells.
LOOKED_AT = 1000


class LogFile(NamedTuple):
    """columns: in lower case. rows: with their numbers; line numbers in files that have lines."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, Any]]]


def open_log(file: Path) -> LogFile:
    """The columns and rows of a log. Raises ConfigError with file and line where the content is invalid."""
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise ConfigError(f"{file}: is not a query log that Ribbon can read. Give {', '.join(READERS)}")
    try:
        if file.stat().st_size == 0:
            raise ConfigError(f"{file}: is empty. Export it again")
        return reader(file)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def _open_csv(file: Path) -> LogFile:
    csv.field_size_limit(sys.maxsize)  # some queries exceed Python's limit of 131,072 characters
    lines = _csv_lines(file)
    _, header = next(lines, (0, []))
    columns = tuple(name.strip().lower() for name in header)
    if not any(columns):
        raise ConfigError(f"{file}: has no header. Export it with the names of its columns in the first line")
    return LogFile(columns, _csv_rows(file, columns, lines))


def _csv_lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.reader(opened, strict=True)
        while True:
            try:
                row = next(reader, None)
            except UnicodeDecodeError as error:
                raise _not_utf8(file) from error
            except csv.Error as error:
                raise ConfigError(f"{file}:{reader.line_num}: invalid CSV: {error}") from error
            if row is None:
                return
            yield reader.line_num, row


def _csv_rows(
    file: Path, columns: tuple[str, ...], lines: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, row in lines:
        if len(row) == len(columns):
            yield line, dict(zip(columns, row, strict=True))
        elif row:
            raise ConfigError(f"{file}:{line}: has {len(row)} cells, the header {len(columns)}. Is it cut off?")


def _open_json(file: Path) -> LogFile:
    """A JSON array, or an object per line: the first character decides."""
    with file.open("rb") as opened:
        start = opened.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf").lstrip()
    return _with_columns(_array(file) if start.startswith(b"[") else _lines(file))


def _array(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_utf8(file) from error
    except (ValueError, RecursionError) as error:
        raise _broken(file, getattr(error, "lineno", 1), error) from error
    for number, row in enumerate(document, start=1):
        yield number, _record(file, number, row)


def _lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with file.open(encoding="utf-8-sig") as opened:
        try:
            for number, line in enumerate(opened, start=1):
                if line.strip():
                    yield number, _record(file, number, _decoded(file, number, line))
        except UnicodeDecodeError as error:
            raise _not_utf8(file) from error


def _decoded(file: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(file, number, error) from error


def _record(file: Path, number: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise ConfigError(f"{file}:{number}: is not a JSON object. Export one object for each query")
    return {name.strip().lower(): value for name, value in row.items()}


def _open_parquet(file: Path) -> LogFile:
    rows = ({name.lower(): value for name, value in row.items()} for row in parquet_records(file))
    return _with_columns(enumerate(rows, start=1))


def _with_columns(rows: Iterator[tuple[int, dict[str, Any]]]) -> LogFile:
    first = list(islice(rows, LOOKED_AT))
    columns = dict.fromkeys(name for _, row in first for name in row)
    return LogFile(tuple(columns), chain(first, rows))


def _broken(file: Path, line: int, error: Exception) -> ConfigError:
    deep = isinstance(error, RecursionError)
    reason = "brackets nest too deep" if deep else getattr(error, "msg", str(error))
    return ConfigError(f"{file}:{line}: invalid JSON: {reason}. Export it again")


def _not_utf8(file: Path) -> ConfigError:
    with file.open("rb") as opened:
        line = next((number for number, line in enumerate(opened, start=1) if not _is_utf8(line)), 1)
    return ConfigError(f"{file}:{line}: is not UTF-8. Export it as UTF-8")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


READERS: dict[str, Callable[[Path], LogFile]] = {
    ".csv": _open_csv,
    ".json": _open_json,
    ".jsonl": _open_json,
    ".ndjson": _open_json,
    ".parquet": _open_parquet,
}


@dataclass
class Log:
    """A file as it was read. format: None where it has no rows.

    left_out: the number of rows by reason; first_left_out: the first of them.
    """

    file: Path
    format: Format | None
    queries: list[LoggedQuery] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    first_left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str, row: int) -> None:
        """Count a row that is not a finished query."""
        self.left_out[reason] += 1
        self.first_left_out.setdefault(reason, row)


def column_names(text: str | None) -> dict[str, str]:
    """`who=user_name,when=at` as the file's columns by ours. Raises ConfigError for unknown columns."""
    pairs = [part.partition("=") for part in text.split(",")] if text else []
    named = {ours.strip().lower(): theirs.strip().lower() for ours, _, theirs in pairs}
    wrong = [ours for ours in named if ours not in PLAIN_COLUMNS or not named[ours]]
    if wrong:
        raise ConfigError(
            f"--columns {text}: {', '.join(wrong) or 'nothing'} is not one of {', '.join(PLAIN_COLUMNS)}. Write"
            " who=user_name,when=started_at."
        )
    return named


def read_log(file: Path, format_name: str | None, names: Mapping[str, str]) -> Log:
    """All queries of a file. format_name: None to guess it. names: the file's columns by those of a plain log.

    Raises ConfigError where the file, or its format, is invalid.
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
