"""Keys of JSON objects that the declared types do not name: they do not land, so somebody has to hear of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
from duckdb.sqltypes import DuckDBPyType

from ribbon.engines.casting import children
from ribbon.engines.delivered_file import DeliveredFile
from ribbon.engines.duckdb_file import Connection
from ribbon.engines.lake_batches import LakeColumn

__all__ = ["undeclared_keys"]


def undeclared_keys(
    connection: Connection, file: DeliveredFile, columns: Sequence[LakeColumn]
) -> Mapping[str, Sequence[str]]:
    """By column, the paths of such keys in a file of text: `lat.unit`; columns without any are left out."""
    nested = [column for column in columns if "STRUCT(" in column.data_type]
    if not (file.is_text and nested):
        return {}
    parsed = (f"try_cast({column.source} as json)" for column in nested)
    kinds = [(f"case when json_type({each}) in ('OBJECT', 'ARRAY') then {each} end") for each in parsed]
    structures = ", ".join(f"json_group_structure({each})" for each in kinds)
    rows = file.attempt(lambda: connection.execute(f"select {structures} from {file.rows}").fetchall())
    found = {
        column.name: sorted(_beside(json.loads(structure), duckdb.sqltype(column.data_type)))
        for column, structure in zip(nested, rows[0], strict=True)
        if structure
    }
    return {name: keys for name, keys in found.items() if keys}


def _beside(structure: Any, declared: DuckDBPyType, path: str = "") -> Iterator[str]:
    """The paths in a structure, as DuckDB describes it, that a type does not have."""
    if declared.id == "list" and isinstance(structure, list):
        yield from _beside(structure[0], children(declared)[0][1], path)
    if declared.id == "struct" and isinstance(structure, dict):
        inside = dict(children(declared))
        for key, inner in structure.items():
            if key in inside:
                yield from _beside(inner, inside[key], f"{path}{key}.")
            else:
                yield f"{path}{key}"
