"""DuckDB files and DuckDB in memory: opening them, quoting names and values, looking up columns."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ribbon.errors import DAMAGED, BusyError, ConfigError, WorldError

__all__ = [
    "OF_THE_FILE",
    "Connection",
    "explain",
    "literal",
    "open_file",
    "open_memory",
    "query_columns",
    "quoted",
    "reason_of",
    "table_columns",
    "tables_of",
]

OF_THE_FILE = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException, duckdb.InternalException)
"""What DuckDB raises where a file is damaged or cannot be written, whatever the statement."""

# What `open_file` gives, for those who only hand it on.
Connection = duckdb.DuckDBPyConnection


def literal(value: str) -> str:
    """A string as a SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def quoted(*names: str) -> str:
    """An identifier, or a dotted path of them, quoted."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


@contextmanager
def open_file(path: Path, *, read_only: bool, memory_limit: str | None = None) -> Iterator[Connection]:
    """A connection to a DuckDB file, closed at the end. memory_limit: as DuckDB writes it; None for DuckDB's own.

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
    except OF_THE_FILE as error:
        raise explain(path, error) from error
    finally:
        connection.close()


@contextmanager
def open_memory(memory_limit: str, scratch: Path) -> Iterator[Connection]:
    """A DuckDB in memory, closed at the end. memory_limit: as DuckDB writes it. scratch: the folder where it may spill.

    Rows come in any order. Raises ConfigError where DuckDB does not understand the limit.
    """
    try:
        connection = duckdb.connect(config={"memory_limit": memory_limit, "preserve_insertion_order": False})
    except duckdb.Error as error:
        raise ConfigError(f"memory limit {memory_limit!r}: {reason_of(error)}") from error
    try:
        connection.execute(f"set temp_directory = {literal(str(scratch))}")
        connection.execute("set enable_progress_bar = false")
        yield connection
    finally:
        connection.close()


def explain(path: Path, error: duckdb.Error) -> WorldError:
    """Turn DuckDB's refusal to open `path` into one of Ribbon's errors."""
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        holder = re.search(r"PID (\d+)", text)
        who = f"process {holder[1]}" if holder else "another process"
        return BusyError(f"{path}: {who} holds this file. Wait until it is done, or stop it.")
    if "No space left" in text or "File too large" in text or "Could not write" in text:
        return WorldError(f"{path}: cannot be written: {reason_of(error)}. Free disk space and run it again.")
    return WorldError(f"{path}: cannot be opened as a DuckDB file: {reason_of(error)}. {DAMAGED}")


def reason_of(error: duckdb.Error | OSError) -> str:
    """The first line of DuckDB's message; the others quote the statement."""
    return str(error).splitlines()[0].rstrip(".!")


def tables_of(connection: Connection, schema: str) -> set[str]:
    """The tables of a schema of the connection's own file."""
    found = connection.execute(
        "select table_name from duckdb_tables()"
        f" where schema_name = {literal(schema)} and database_name = current_database()"
    ).fetchall()
    return {name for (name,) in found}


def table_columns(path: Path) -> dict[tuple[str, str], dict[str, str | None]]:
    """Columns with their types of every table and view of a file, by schema and table, both in lower case.

    Raises BusyError where another process holds the file, WorldError where it cannot be opened.
    """
    with open_file(path, read_only=True) as connection:
        rows = connection.execute(
            """
            select lower(schema_name), lower(table_name), column_name, data_type
            from duckdb_columns()
            where database_name = current_database() and not internal
            order by schema_name, table_name, column_index
            """
        ).fetchall()
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for schema, table, column, data_type in rows:
        found.setdefault((schema, table), {})[column] = data_type
    return found


def query_columns(path: Path, sql: str) -> dict[str, str]:
    """The columns of a query with DuckDB's types, as the file at `path` is now, without running the query.

    Raises WorldError where the file cannot be opened, is held, or does not have what the query reads.
    """
    with open_file(path, read_only=True) as connection:
        try:
            rows = connection.execute(f"describe {sql}").fetchall()
        except duckdb.Error as error:
            raise WorldError(f"{path}: {reason_of(error)}") from error
    return {str(name): str(data_type) for name, data_type, *_ in rows}
