"""What lineage tells the gate, in macros/ribbon/gate/restricted.sql: which columns are made from no restricted one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec

from ribbon.engines.duckdb_file import Connection, explain, open_file, quoted, tables_of
from ribbon.masking import CUT, MASK

__all__ = ["ClearColumns", "leave_clear_columns"]

TABLE = "clear_columns"


class ClearColumns(NamedTuple):
    """Of a node that reads restricted columns. state: of the SQL that was looked at. Names are in lower case."""

    node_id: str
    state: str
    clear: Sequence[str]
    restricted: Sequence[str]


def leave_clear_columns(
    file: Path, schema: str, found: Sequence[ClearColumns], restricted: Mapping[str, Sequence[str]]
) -> None:
    """Write what was found into the history of a build file, and take out of it what it has of restricted columns.

    restricted: in lower case, by node. Raises BusyError where another process holds the file.
    """
    with open_file(file, read_only=False) as connection:
        try:
            connection.execute("begin")
            table = quoted(schema, TABLE)
            connection.execute(f"create schema if not exists {quoted(schema)}")
            connection.execute(
                f"create table if not exists {table} (node_id string, state string, clear string, restricted string)"
            )
            before = connection.execute(f"select * from {table}").fetchall()
            kept = [row for row in before if row[0] not in {each.node_id for each in found}]
            rows = [*kept, *((each.node_id, each.state, _json(each.clear), _json(each.restricted)) for each in found)]
            if sorted(rows) != sorted(before):
                connection.execute(f"delete from {table}")
                connection.executemany(f"insert into {table} values (?, ?, ?, ?)", rows)
            _forget_values(connection, schema, restricted)
            connection.execute("commit")
        except duckdb.Error as error:
            raise explain(file, error) from error


def _forget_values(connection: Connection, schema: str, restricted: Mapping[str, Sequence[str]]) -> None:
    """Values that were recorded before a column was restricted."""
    there = tables_of(connection, schema)
    pairs = [(node_id, name) for node_id, names in restricted.items() for name in names]
    connection.execute("create or replace temporary table ribbon_restricted (node_id string, column_name string)")
    if pairs:
        connection.executemany("insert into ribbon_restricted values (?, ?)", pairs)
    about = "(node_id, lower(column_name)) in (from ribbon_restricted)"
    if "column_profiles" in there:
        connection.execute(
            f"update {quoted(schema, 'column_profiles')} set min_value = null, max_value = null, top_values = null"
            f" where (min_value is not null or max_value is not null or top_values is not null) and {about}"
        )
    if "expectation_results" in there:
        connection.execute(
            f"update {quoted(schema, 'expectation_results')} set observed_value = ?,"
            f" message = case when contains(message, observed_value) then ? else message end"
            f" where observed_value is not null and observed_value <> ? and {about}",
            [MASK, CUT, MASK],
        )


def _json(names: Sequence[str]) -> str:
    return msgspec.json.encode(sorted(names)).decode()
