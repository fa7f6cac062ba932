"""Opening DuckDB files, and saying plainly who holds one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ribbon.errors import BusyError, WorldError

__all__ = ["Connection", "literal", "open_file", "quoted"]

# What `open_file` gives, for those who only hand it on.
Connection = duckdb.DuckDBPyConnection


def literal(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def quoted(*names: str) -> str:
    """An identifier, or a dotted path of them, quoted."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


@contextmanager
def open_file(path: Path, *, read_only: bool, memory_limit: str | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a DuckDB file, closed at the end. memory_limit: as DuckDB writes it, its own without one.

    Raises BusyError where another process holds the file, WorldError where it cannot be opened at all.
    """
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
        if memory_limit:
            connection.execute(f"set memory_limit = {literal(memory_limit)}")
    except duckdb.Error as error:
        raise explain(path, error) from error
    try:
        yield connection
    finally:
        connection.close()


def explain(path: Path, error: duckdb.Error) -> WorldError:
    """Turn DuckDB's refusal to open `path` into one of ours."""
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return BusyError(f"{path}: {who} holds this file. Wait until it is done, or stop it.")
    return WorldError(f"{path}: cannot be opened as a DuckDB file: {text.splitlines()[0]}")
