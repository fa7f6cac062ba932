"""The Parquet files of imported query logs: writing them, and finding what was imported before."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from ribbon.engines.duckdb_file import literal, quoted, reason_of
from ribbon.errors import WorldError

__all__ = ["QUERIES", "STATEMENTS", "USES", "known_calls", "write_rows"]

# The tables of an import, each with its columns and DuckDB's type of them. Times are UTC.
QUERIES = {
    "log": "varchar",
    "id": "varchar",
    "who": "varchar",
    "asked_at": "timestamp",
    "sql": "varchar",
    "statement": "varchar",
    "seconds": "double",
    "calls": "bigint",
    "bytes_read": "bigint",
    "status": "varchar",
    "use": "varchar",
    "use_case": "varchar",
    "source_file": "varchar",
    "imported_at": "timestamp",
}
STATEMENTS = {
    "statement": "varchar",
    "sql": "varchar",
    "dialect": "varchar",
    "reading": "varchar",
    "reasons": "varchar[]",
}
USES = {
    "statement": "varchar",
    "relation": "varchar",
    "column": "varchar",
    "role": "varchar",
    "expression": "varchar",
}

# A SQL text is longer than the 16 MB that DuckDB lets a line have at times; rows on their way lie in one file.
_LONGEST_LINE = 256 * 1024 * 1024
_LINES = 1000
_KEYS = {"place": "bigint", "log": "varchar", "id": "varchar"}


def write_rows(rows: Iterable[Sequence[Any]], types: Mapping[str, str], file: Path) -> None:
    """Write rows to a Parquet file. types: DuckDB's type of each column. Raises WorldError where that fails."""
    lines = file.with_suffix(".jsonl")
    try:
        _write_lines(rows, types, lines)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (select * from {_read_lines(lines, types)})"
                f" to {literal(str(file))} (format parquet, compression zstd)"
            )
        lines.unlink()
    except (OSError, duckdb.IOException) as error:
        raise WorldError(f"{file}: cannot be written: {reason_of(error)}. Nothing was added.") from error


def known_calls(files: Sequence[Path], keys: Iterable[tuple[str, str]], scratch: Path) -> dict[int, int]:
    """How many calls of a query were imported before, by the place of its key: log and id. scratch: where to write."""
    if not files:
        return {}
    listed = ", ".join(literal(str(file)) for file in files)
    statement = f"""
        select wanted.place, max(known.calls)
        from {_read_lines(scratch, _KEYS)} as wanted
        inner join read_parquet([{listed}], hive_partitioning = false) as known using (log, id)
        group by wanted.place
        """
    try:
        _write_lines(((place, *key) for place, key in enumerate(keys)), _KEYS, scratch)
        with duckdb.connect() as connection:
            return dict(connection.execute(statement).fetchall())
    except OSError as error:
        raise WorldError(f"{scratch}: cannot be written: {error.strerror}. Nothing was added.") from error
    except duckdb.Error as error:
        raise WorldError(
            f"{scratch.parent}: what was imported cannot be read: {reason_of(error)}. Move the damaged import away."
        ) from error
    finally:
        scratch.unlink(missing_ok=True)


def _write_lines(rows: Iterable[Sequence[Any]], types: Mapping[str, str], file: Path) -> None:
    encoder = msgspec.json.Encoder()
    batch: list[dict[str, Any]] = []
    with file.open("wb") as opened:
        for row in rows:
            batch.append(dict(zip(types, row, strict=True)))
            if len(batch) == _LINES:
                opened.write(encoder.encode_lines(batch))
                batch.clear()
        opened.write(encoder.encode_lines(batch))


def _read_lines(file: Path, types: Mapping[str, str]) -> str:
    columns = ", ".join(f"{quoted(name)}: {literal(data_type)}" for name, data_type in types.items())
    return (
        f"read_json({literal(str(file))}, format = 'newline_delimited', columns = {{{columns}}},"
        f" maximum_object_size = {_LONGEST_LINE})"
    )
