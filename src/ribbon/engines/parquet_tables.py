"""Writing many tables of Parquet side by side, row by row, with types given beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

import msgspec
import pyarrow as pa
from pyarrow import parquet

__all__ = ["ParquetTables", "parquet_tables"]

# Rows that are in memory at once of each table, and in a row group.
_ROWS = 10_000

_TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
    msgspec.Raw: pa.string(),
}


class ParquetTables:
    """Takes rows of tables that are open."""

    def __init__(self, writers: Mapping[str, parquet.ParquetWriter]) -> None:
        self._writers = writers
        self._waiting: dict[str, list[Sequence[Any]]] = {name: [] for name in writers}

    def add(self, table: str, row: Sequence[Any]) -> None:
        """A row, with its values in the order of the table's columns."""
        waiting = self._waiting[table]
        waiting.append(row)
        if len(waiting) == _ROWS:
            self._write(table)

    def end(self) -> None:
        """Write what still waits."""
        for table, waiting in self._waiting.items():
            if waiting:
                self._write(table)

    def _write(self, table: str) -> None:
        rows, self._waiting[table] = self._waiting[table], []
        schema = self._writers[table].schema
        columns = zip(schema, zip(*rows, strict=True), strict=True)
        arrays = [pa.array(map(_plain, values), column.type) for column, values in columns]
        self._writers[table].write_table(pa.Table.from_arrays(arrays, schema=schema))


@contextmanager
def parquet_tables(folder: Path, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[ParquetTables]:
    """Files `<table>.parquet` in the folder. tables: the types of the columns of each, as Python writes them.

    A time is in UTC, a tuple of texts is a list, what msgspec keeps raw is a text. The same rows give the same bytes.
    """
    with ExitStack() as stack:
        into = ParquetTables(
            {
                name: stack.enter_context(parquet.ParquetWriter(folder / f"{name}.parquet", _schema(columns)))
                for name, columns in tables.items()
            }
        )
        yield into
        into.end()


def _schema(columns: Mapping[str, Any]) -> pa.Schema:
    return pa.schema([pa.field(name, _type(hint), nullable=_may_be_null(hint)) for name, hint in columns.items()])


def _type(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        return pa.list_(_type(get_args(hint)[0]))
    return _TYPES[next((each for each in get_args(hint) if each is not NoneType), hint)]


def _may_be_null(hint: Any) -> bool:
    return NoneType in get_args(hint)


def _plain(value: Any) -> Any:
    return bytes(value).decode() if isinstance(value, msgspec.Raw) else value
