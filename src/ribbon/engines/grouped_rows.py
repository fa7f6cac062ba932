"""Many rows of a query in memory, by a key; those of a key become Python values when they are needed."""

from collections.abc import Iterator
from typing import Any

import duckdb

__all__ = ["GroupedRows"]

_DIGEST_BYTES = 8


class GroupedRows:
    """The rows of a query by their key, in the order of the query.

    A million of them cost what Arrow needs for them, and a second when they are read, but nothing of Python's.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: str, key: str, by: str, columns: str, order: str
    ) -> None:
        """table, key, columns: SQL, written by this package. by: what keys are sorted by, order: the rows of a key."""
        counts = connection.execute(
            f"select any_value({key}), count(*) from {table} group by {by} order by {by}"
        ).fetchall()
        self._places = dict(_places(counts))
        self._columns: list[Any] = []
        self._digests = memoryview(b"")
        if not counts:  # of an empty table, Arrow makes columns with the help of pandas, which takes its time to load
            return
        found = connection.sql(  # a relation: Arrow of an executed query is a copy, of which DuckDB 2 warns
            f"""
            select {columns}, hash({columns}) as ribbon_digest
            from {table}
            order by {by}, {order}
            """
        ).to_arrow_table()
        *self._columns, digests = (column.combine_chunks() for column in found.combine_chunks().columns)
        self._digests = memoryview(digests.buffers()[1] or b"")

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._places)

    def rows(self, key: str) -> list[tuple[Any, ...]]:
        """The rows of a key; empty where it has none."""
        if key not in self._places:
            return []
        first, number = self._places[key]
        return list(zip(*(column.slice(first, number).to_pylist() for column in self._columns), strict=True))

    def digest(self, key: str) -> bytes:
        """Differs where the rows of the key do, and where another version of DuckDB reads them."""
        first, number = self._places.get(key, (0, 0))
        return bytes(self._digests[first * _DIGEST_BYTES : (first + number) * _DIGEST_BYTES])


def _places(counts: list[tuple[str, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    first = 0
    for key, number in counts:
        yield key, (first, number)
        first += number
