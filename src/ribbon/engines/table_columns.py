"""The columns of every table and view of a DuckDB file."""

from pathlib import Path

from ribbon.engines.duckdb_file import open_file

__all__ = ["table_columns"]


def table_columns(path: Path) -> dict[tuple[str, str], dict[str, str | None]]:
    """Columns with their types by schema and table, both in lower case.

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
