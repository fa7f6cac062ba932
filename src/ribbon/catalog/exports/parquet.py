"""The catalog as a folder of Parquet files, a table each."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import get_type_hints

import msgspec

from ribbon.catalog.exports.catalog import Catalog
from ribbon.catalog.exports.document import Head
from ribbon.catalog.exports.tables import head_of, rows_of, tables
from ribbon.engines.parquet_tables import parquet_tables

__all__ = ["write_parquet"]

_HEAD = "catalog"


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
