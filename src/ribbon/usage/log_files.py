"""The rows of a query log's file, whatever its kind: CSV, JSON lines, a JSON array, Parquet."""

import csv
import json
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from ribbon.engines.parquet import parquet_records
from ribbon.errors import ConfigError

__all__ = ["LogFile", "open_log"]

# Rows whose columns together are those of a file of JSON, where what is empty may be left out.
LOOKED_AT = 1000


class LogFile(NamedTuple):
    """columns: in lower case. rows: each with its number, of its line where the file has lines."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, dict[str, Any]]]


def open_log(file: Path) -> LogFile:
    """The columns and rows of a log. Raises ConfigError with file and line where it is not what its name says."""
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise ConfigError(f"{file}: is no query log that Ribbon reads. Give {', '.join(READERS)}")
    try:
        if file.stat().st_size == 0:
            raise ConfigError(f"{file}: is empty. Export it again")
        return reader(file)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error


def _open_csv(file: Path) -> LogFile:
    csv.field_size_limit(sys.maxsize)  # a query is longer than Python's 131,072 characters at times
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
                raise ConfigError(f"{file}:{reader.line_num}: is no CSV: {error}") from error
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
    """A JSON array, or an object a line: the first character says which."""
    with file.open("rb") as opened:
        start = opened.read(LOOKED_AT).removeprefix(b"\xef\xbb\xbf").lstrip()
    return _with_columns(_array(file) if start.startswith(b"[") else _lines(file))


def _array(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_utf8(file) from error
    except ValueError as error:
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
        raise ConfigError(f"{file}:{number}: is no JSON object. Export one object for each query")
    return {name.strip().lower(): value for name, value in row.items()}


def _open_parquet(file: Path) -> LogFile:
    rows = ({name.lower(): value for name, value in row.items()} for row in parquet_records(file))
    return _with_columns(enumerate(rows, start=1))


def _with_columns(rows: Iterator[tuple[int, dict[str, Any]]]) -> LogFile:
    first = list(islice(rows, LOOKED_AT))
    columns = dict.fromkeys(name for _, row in first for name in row)
    return LogFile(tuple(columns), chain(first, rows))


def _broken(file: Path, line: int, error: Exception) -> ConfigError:
    return ConfigError(f"{file}:{line}: is no JSON: {getattr(error, 'msg', error)}. Export it again")


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
