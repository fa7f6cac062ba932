"""A database that holds the source tables in every version: as drawn, and with one column changed."""

from functools import cache
from typing import Any

import duckdb

from tests.lineage.source_tables import CHANGES, TABLES, TYPES, Rows, changed, drawn_rows
from tests.lineage.two_readings import ROW

__all__ = ["Versions", "dataset_of"]

DATASETS = 9


class Versions:
    """Each version is a schema. What it does not change is found in the schema of its data set."""

    def __init__(self) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("set threads = 1")
        self._connection.execute("create schema bare")
        for table, columns in TABLES.items():
            typed = ", ".join(f"{column} {TYPES[kind]}" for column, kind in columns.items())
            self._connection.execute(f"create table bare.{table} ({typed})")
        self._made: set[str] = set()

    def __enter__(self) -> "Versions":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def names(self, query: str) -> list[str]:
        """The names of a query's columns, as DuckDB describes its result."""
        described = self._in("bare", query).description
        return [column[0] for column in described]

    def drawn(self, query: str, dataset: int) -> list[tuple[Any, ...]]:
        """What a query comes to on a data set as it was drawn."""
        return self._in(self._dataset(dataset), query).fetchall()

    def drawn_bare(self, query: str, dataset: int) -> list[tuple[Any, ...]]:
        """The same from tables without `_row`."""
        self._dataset(dataset)
        for table, columns in TABLES.items():
            rows = f"select {', '.join(columns)} from d{dataset}.{table}"
            self._connection.execute(f"create schema if not exists bare{dataset}")
            self._connection.execute(f"create view if not exists bare{dataset}.{table} as {rows}")
        return self._in(f"bare{dataset}", query).fetchall()

    def looked_at(self, query: str, table: str, column: str, look: int) -> list[tuple[Any, ...]]:
        """What it comes to after the change of that number to a column, on the data set of that number."""
        name, dataset = f"{table}_{column}_{look}", dataset_of(table, column, look)
        self._dataset(dataset)
        if name not in self._made:
            self._create(name, table, _changed_rows(table, column, look))
        return self._in(f"{name},d{dataset}", query).fetchall()

    def _in(self, path: str, query: str) -> duckdb.DuckDBPyConnection:
        self._connection.execute(f"set search_path = '{path}'")
        return self._connection.execute(query)

    def _dataset(self, number: int) -> str:
        name = f"d{number}"
        if name not in self._made:
            for table in TABLES:
                self._create(name, table, drawn_rows(table, number))
        return name

    def _create(self, schema: str, table: str, rows: Rows) -> None:
        typed = [f"{column}::{TYPES[kind]} as {column}" for column, kind in TABLES[table].items()]
        values = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
        given = ", ".join([*TABLES[table], ROW])
        self._connection.execute(f"create schema if not exists {schema}")
        select = f"select {', '.join(typed)}, {ROW} from (values {values}) as given({given})"
        self._connection.execute(f"create table {schema}.{table} as {select}")
        self._made.add(schema)


def dataset_of(table: str, column: str, look: int) -> int:
    """Looks go through the changes of a column; each time round they meet other data sets."""
    changes = len(CHANGES[TABLES[table][column]])
    return (look + look // changes) % DATASETS


@cache
def _changed_rows(table: str, column: str, look: int) -> Rows:
    changes = CHANGES[TABLES[table][column]]
    rows = drawn_rows(table, dataset_of(table, column, look))
    return changed(rows, list(TABLES[table]).index(column), changes[look % len(changes)], look)


def _literal(value: Any) -> str:
    return "null" if value is None else repr(value).replace("None", "null")
