"""The rows of any Parquet file, one after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted
from ribbon.errors import ConfigError

__all__ = ["parquet_records"]

# Rows that are in memory at once.
_ROWS = 10_000


def parquet_records(file: Path) -> Iterator[dict[str, Any]]:
    """Each row with its values as Python has them; times are UTC, without a zone.

    Raises ConfigError where the file is no readable Parquet.
    """
    rows = f"read_parquet({literal(str(file))}, hive_partitioning = false)"
    with duckdb.connect() as connection:
        try:
            connection.execute("set TimeZone = 'UTC'")
            described = connection.execute(f"describe select * from {rows}").fetchall()
            zoned = [name for name, data_type, *_ in described if data_type == "TIMESTAMP WITH TIME ZONE"]
            plain = ", ".join(f"cast({quoted(name)} as timestamp) as {quoted(name)}" for name in zoned)
            found = connection.execute(f"select *{f' replace ({plain})' if plain else ''} from {rows}")
            names = [name for name, *_ in described]
            while batch := found.fetchmany(_ROWS):
                for row in batch:
                    yield dict(zip(names, row, strict=True))
        except duckdb.Error as error:
            raise ConfigError(f"{file}: is no readable Parquet file: {str(error).splitlines()[0]}") from error
