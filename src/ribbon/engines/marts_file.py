"""Writing the DuckDB file that readers open."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ribbon.engines.duckdb_file import explain, literal, quoted
from ribbon.engines.table_states import state_of
from ribbon.errors import WorldError

__all__ = ["Copied", "build_has", "write_marts"]

# Readers may have an older DuckDB. What DuckDB 1 writes any since 1.0 opens; what DuckDB 2 writes none before it would.
_FOR_READERS = {"storage_compatibility_version": "v1.5.0"} if int(duckdb.__version__.split(".")[0]) > 1 else {}


@dataclass(frozen=True)
class Copied:
    """A table to put into the file, and from which file: the build, or the file that readers have today.

    state: what its rows must be, by `state_of`; None where any will do.
    """

    schema: str
    name: str
    origin: Path
    origin_schema: str
    state: str | None = None


def build_has(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Every table and view of the connection's own file, as (schema, name)."""
    return set(
        connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = current_database()"
        ).fetchall()
    )


def write_marts(destination: Path, tables: Iterable[Copied], memory_limit: str) -> dict[str, int]:
    """Write a new file of these tables and put it in the place of the old one by one rename.

    A reader that has the old file open keeps reading it. Views become tables. Returns the rows of each schema.name.
    """
    draft = destination.with_name(f"{destination.stem}_next.duckdb")
    wal = draft.with_name(f"{draft.name}.wal")
    _remove(draft, wal)
    try:
        rows = _fill(draft, list(tables), memory_limit)
        if wal.exists():
            raise WorldError(f"{draft}: DuckDB left a write-ahead log after its checkpoint. Publish again.")
        draft.replace(destination)
    except OSError as error:
        raise WorldError(f"{destination}: cannot be written: {error.strerror}. Make the folder writable.") from error
    finally:
        _remove(draft, wal)
    return rows


def _fill(draft: Path, tables: list[Copied], memory_limit: str) -> dict[str, int]:
    try:
        connection = duckdb.connect(str(draft), config={"memory_limit": memory_limit, **_FOR_READERS})
    except duckdb.Error as error:
        raise explain(draft, error) from error
    with connection:
        # Under its own name, because the views in a file name their tables with it.
        catalogs = {origin: origin.stem for origin in sorted({table.origin for table in tables})}
        for origin, catalog in catalogs.items():
            try:
                connection.execute(f"attach {literal(str(origin))} as {quoted(catalog)} (read_only)")
            except duckdb.Error as error:
                raise explain(origin, error) from error
        rows = {f"{table.schema}.{table.name}": _copy(connection, catalogs[table.origin], table) for table in tables}
        connection.execute("checkpoint")
    return rows


def _copy(connection: duckdb.DuckDBPyConnection, catalog: str, table: Copied) -> int:
    target = quoted(table.schema, table.name)
    connection.execute(f"create schema if not exists {quoted(table.schema)}")
    count = connection.execute(
        f"create table {target} as select * from {quoted(catalog, table.origin_schema, table.name)}"
    ).fetchone()
    if table.state and state_of(connection, table.schema, table.name) != table.state:
        raise WorldError(
            f"{table.origin}: {table.origin_schema}.{table.name} changed while it was published, so its tests have not"
            " judged it. Publish again."
        )
    comments = connection.execute(
        """
        select 'table', null, comment from duckdb_tables()
        where database_name = $1 and schema_name = $2 and table_name = $3
        union all
        select 'column', column_name, comment from duckdb_columns()
        where database_name = $1 and schema_name = $2 and table_name = $3
        """,
        [catalog, table.origin_schema, table.name],
    ).fetchall()
    for kind, column, comment in comments:
        if comment:
            thing = f"column {target}.{quoted(column)}" if kind == "column" else f"table {target}"
            connection.execute(f"comment on {thing} is {literal(comment)}")
    return int(count[0]) if count else 0


def _remove(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
