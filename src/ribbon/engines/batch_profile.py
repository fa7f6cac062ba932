"""Profiles of batches of Parquet, to compare them: counted by DuckDB, in bounded memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ribbon.batch_record import BatchFacts, ColumnFacts
from ribbon.engines.duckdb_file import Connection, literal, open_memory, quoted, reason_of
from ribbon.engines.parquet import scan
from ribbon.errors import WorldError

__all__ = ["Sketch", "columns_of_files", "facts_of_batch", "facts_of_files", "sketch_of_column"]

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
NUMBERS = (*WHOLE, "FLOAT", "DOUBLE", "DECIMAL")
NESTED = ("STRUCT", "MAP", "LIST", "UNION", "BLOB", "VARIANT")

# Hashes that are kept of a column: two columns of the same values have the same ones, whatever their number.
KEPT_HASHES = 1_000

# Dictionaries whose sizes differ by no more than this factor are alike.
ALIKE = 1.1


@dataclass(frozen=True)
class Sketch:
    """The smallest hashes of a column's distinct values. distinct: how many values there are, approximately.

    shares: of each hash, the part of the rows that has this value; only where the values are few.
    """

    hashes: frozenset[int]
    distinct: int
    shares: Mapping[int, float]


def columns_of_files(files: Sequence[Path]) -> dict[str, str]:
    """The columns of all of the files, with their types, from the files' own metadata; no row is read."""
    with duckdb.connect() as connection:
        return _described(connection, files)


def facts_of_batch(files: Sequence[Path], hidden: Collection[str], memory_limit: str, scratch: Path) -> BatchFacts:
    """Count one batch. hidden: columns whose values are not read. scratch: where DuckDB may spill."""
    with open_memory(memory_limit, scratch) as connection:
        return facts_of_files(connection, files, hidden)


def facts_of_files(
    connection: Connection, files: Sequence[Path], hidden: Collection[str] = (), left_out: Collection[str] = ()
) -> BatchFacts:
    """The same on an open connection, in one scan. left_out: columns of no interest."""
    types = _described(connection, files)
    try:
        known = {} if any(map(_is_nested, types.values())) else _sizes_of_dictionaries(connection, files)
        wanted = {name: kind for name, kind in types.items() if name not in left_out}
        counted = [
            part
            for name, kind in wanted.items()
            for part in _aggregates(quoted(name), kind, known.get(list(types).index(name)), hidden=name in hidden)
        ]
        statement = f"select {', '.join(['count(*)', *counted])} from {scan(files)}"
        rows, *found = connection.execute(statement).fetchall()[0]
    except duckdb.Error as error:
        raise _unreadable(files, error) from error
    facts = {}
    for place, (name, kind) in enumerate(wanted.items()):
        present, distinct, lowest, highest = found[place * 4 : place * 4 + 4]
        facts[name] = ColumnFacts(kind, rows - present, min(distinct, present), lowest, highest)
    return BatchFacts(rows, facts)


def _sizes_of_dictionaries(connection: Connection, files: Sequence[Path]) -> dict[int, int]:
    """By position, how many values the columns have of which the files' own dictionaries say so, without a scan.

    Parts of a file that have as many values between the same two are taken to have the same ones.
    """
    listed = ", ".join(literal(str(file)) for file in files)
    rows = connection.execute(
        f"""
        select column_id, max(stats_distinct_count) from parquet_metadata([{listed}])
        group by column_id
        having count(stats_distinct_count) = count(*) and (
            count(*) = 1 or (
                count(stats_min_value) = count(*) and min(stats_min_value) = max(stats_min_value)
                and min(stats_max_value) = max(stats_max_value)
                and max(stats_distinct_count) <= {ALIKE} * min(stats_distinct_count)
            )
        )
        """
    ).fetchall()
    return {int(column): int(distinct) for column, distinct in rows}


def sketch_of_column(files: Sequence[Path], column: str, memory_limit: str, scratch: Path) -> Sketch:
    """What tells whether another column has the same values. Numbers of any type hash alike, and so do texts."""
    name = quoted(column)
    with open_memory(memory_limit, scratch) as connection:
        try:
            rows = connection.execute(
                f"""
                select hash(coalesce(cast(try_cast({name} as double) as varchar), cast({name} as varchar))) as hashed,
                    count(*) as copies, count(*) over () as distinct_count, sum(count(*)) over () as rows
                from {scan(files)}
                where {name} is not null
                group by hashed order by hashed limit {KEPT_HASHES:d}
                """
            ).fetchall()
        except duckdb.Error as error:
            raise _unreadable(files, error) from error
    distinct = rows[0][2] if rows else 0
    shares = {hashed: copies / total for hashed, copies, _, total in rows} if distinct <= KEPT_HASHES else {}
    return Sketch(frozenset(row[0] for row in rows), distinct, {key: float(share) for key, share in shares.items()})


def _described(connection: Connection, files: Sequence[Path]) -> dict[str, str]:
    try:
        rows: list[tuple[Any, ...]] = connection.execute(f"describe select * from {scan(files)}").fetchall()
    except duckdb.Error as error:
        raise _unreadable(files, error) from error
    return {row[0]: row[1] for row in rows}


def _is_nested(kind: str) -> bool:
    return kind.startswith(NESTED) or kind.endswith("]")


def _aggregates(column: str, kind: str, distinct: int | None, *, hidden: bool) -> tuple[str, str, str, str]:
    """distinct: how many values it has, where that is known."""
    if _is_nested(kind):
        return f"count({column})", f"count({column})", "null", "null"
    bounded = kind.startswith(NUMBERS) and not hidden
    bounds = (f"min({column})::double", f"max({column})::double") if bounded else ("null", "null")
    return f"count({column})", f"approx_count_distinct({column})" if distinct is None else f"{distinct:d}", *bounds


def _unreadable(files: Sequence[Path], error: duckdb.Error) -> WorldError:
    return WorldError(f"{files[0]}: is not a readable Parquet file: {reason_of(error)}. Have it delivered again.")
