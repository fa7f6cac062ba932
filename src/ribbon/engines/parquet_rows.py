"""Looking at the rows of single batches of Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted

__all__ = ["rows_in_common", "some_rows"]


def some_rows(files: Sequence[Path], columns: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Up to `limit` rows, with those of `columns` that the files have."""
    with duckdb.connect() as connection:
        found = connection.execute(f"select * from {_parquet(files)} limit 0").description or ()
        names = [column[0] for column in found if column[0] in columns]
        if not names:
            return []
        rows = connection.execute(f"select {', '.join(map(quoted, names))} from {_parquet(files)} limit {limit:d}")
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def rows_in_common(
    files: Sequence[Path], others: Sequence[Path], identity: Sequence[str], scratch: Path, memory_limit: str
) -> int:
    """How many rows of the files the others have too; of equal rows, as many as both have.

    identity: the columns that make two rows the same. scratch, memory_limit: as for `open_bench`.
    """
    names = ", ".join(map(quoted, identity))
    same = " and ".join(f"here.{quoted(name)} is not distinct from there.{quoted(name)}" for name in identity)
    with duckdb.connect(config={"memory_limit": memory_limit}) as connection:
        connection.execute(f"set temp_directory = {literal(str(scratch))}")
        found = connection.execute(
            f"""
            with here as (select {names}, count(*) as copies from {_parquet(files)} group by all),
            there as (select {names}, count(*) as copies from {_parquet(others)} group by all)
            select coalesce(sum(least(here.copies, there.copies)), 0) from here inner join there on {same}
            """
        ).fetchone()
    return int(found[0]) if found else 0


def _parquet(files: Sequence[Path]) -> str:
    listed = ", ".join(literal(str(file)) for file in files)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
