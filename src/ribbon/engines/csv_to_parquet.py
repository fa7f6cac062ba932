"""Turning a small CSV into Parquet."""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from ribbon.engines.duckdb_file import literal

__all__ = ["csv_to_parquet"]


def csv_to_parquet(csv: Path, types: Mapping[str, str], file: Path) -> None:
    """Write the rows of a CSV with a header to a Parquet file. types: DuckDB's type of each column."""
    columns = ", ".join(f"{literal(name)}: {literal(data_type)}" for name, data_type in types.items())
    rows = f"read_csv({literal(str(csv))}, header = true, columns = {{{columns}}})"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select * from {rows}) to {literal(str(file))} (format parquet)")
