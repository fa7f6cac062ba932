"""The columns that a query gives back, without running it."""

from pathlib import Path

import duckdb

from ribbon.engines.duckdb_file import open_file
from ribbon.errors import WorldError

__all__ = ["query_columns"]


def query_columns(path: Path, sql: str) -> dict[str, str]:
    """Name, as the query writes it, to DuckDB's type, as the file at `path` stands.

    Raises WorldError where the file cannot be opened, is held, or cannot answer the query.
    """
    with open_file(path, read_only=True) as connection:
        try:
            rows = connection.execute(f"describe {sql}").fetchall()
        except duckdb.Error as error:
            raise WorldError(f"{path}: {str(error).splitlines()[0]}") from error
    return {str(name): str(data_type) for name, data_type, *_ in rows}
