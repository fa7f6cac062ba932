"""The tables of a catalog as one JSON document, a row on each line, or as a folder of Parquet files."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, get_type_hints

import msgspec

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.rows import Head
from ribbon.catalog.exports.tables import head_of, rows_of, tables
from ribbon.engines.parquet_tables import parquet_tables

__all__ = ["BEGINS", "write_json", "write_parquet"]

BEGINS = b'{"format":"ribbon.catalog",'

_HEAD = "catalog"


def write_json(catalog: Catalog, draft: Path) -> Mapping[str, int]:
    """Write the document to `draft`. Returns how many rows each table has.

    Rows of a table come at different times and wait in a file of their own: memory does not grow with the project.
    """
    names, counted, encoder = tables(), Counter[str](), msgspec.json.Encoder()
    with _waiting(draft.parent) as files:
        for row in rows_of(catalog):
            name = names[type(row)]
            files[name].write(b",\n" if counted[name] else b"\n")
            files[name].write(encoder.encode(row))
            counted[name] += 1
        with draft.open("wb") as document:
            document.write(encoder.encode(head_of(catalog)).removesuffix(b"}"))
            for name, file in files.items():
                document.write(b',\n"%s":[' % name.encode())
                file.seek(0)
                shutil.copyfileobj(file, document)
                document.write(b"]")
            document.write(b"}\n")
    return {name: counted[name] for name in names.values()}


@contextmanager
def _waiting(folder: Path) -> Iterator[Mapping[str, IO[bytes]]]:
    """An unnamed file for each table, in the order of the document."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(TemporaryFile(dir=folder)) for name in tables().values()}


def write_parquet(catalog: Catalog, draft: Path) -> Mapping[str, int]:
    """Write the files to the folder `draft`. Returns how many rows each has. A table without rows has a file too."""
    names, counted, head = tables(), Counter[str](), head_of(catalog)
    types = {name: get_type_hints(kind) for kind, name in names.items()}
    with parquet_tables(draft, {_HEAD: get_type_hints(Head), **types}) as into:
        into.add(_HEAD, msgspec.structs.astuple(head))
        for row in rows_of(catalog):
            name = names[type(row)]
            into.add(name, msgspec.structs.astuple(row))
            counted[name] += 1
    return {name: counted[name] for name in names.values()}
