"""What lineage tells the gate, in macros/ribbon/gate/restricted.sql: which columns are made from no restricted one."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec

from ribbon.engines.duckdb_file import Connection, explain, open_file, quoted, tables_of
from ribbon.masking import CUT, MASK, masked, quotes_values

__all__ = ["ClearColumns", "leave_clear_columns"]

TABLE = "clear_columns"


class ClearColumns(NamedTuple):
    """Of a node that reads restricted columns. state: of the SQL that was looked at. Names are in lower case."""

    node_id: str
    state: str
    clear: Sequence[str]
    restricted: Sequence[str]


def leave_clear_columns(
    file: Path,
    schema: str,
    found: Sequence[ClearColumns],
    restricted: Mapping[str, Sequence[str]],
    near: Collection[str] = (),
) -> None:
    """Write what was found into the history of a build file, and take out of it what it has of restricted columns.

    restricted: in lower case, by node. near: nodes whose errors may quote values. Raises BusyError where a process
    holds the file.
    """
    with open_file(file, read_only=False) as connection:
        try:
            connection.execute("begin")
            _write(connection, schema, found)
            there = tables_of(connection, schema)
            if "column_profiles" in there:
                _forget_bounds(connection, quoted(schema, "column_profiles"), restricted)
            if "expectation_results" in there:
                results = quoted(schema, "expectation_results")
                _forget_observed(connection, results, restricted)
                _mask_messages(connection, results, "node_id", near)
            if "node_runs" in there:
                _mask_messages(connection, quoted(schema, "node_runs"), "unique_id", near)
            connection.execute("commit")
        except duckdb.Error as error:
            raise explain(file, error) from error


def _write(connection: Connection, schema: str, found: Sequence[ClearColumns]) -> None:
    table = quoted(schema, TABLE)
    connection.execute(f"create schema if not exists {quoted(schema)}")
    connection.execute(
        f"create table if not exists {table} (node_id string, state string, clear string, restricted string)"
    )
    before = connection.execute(f"from {table}").fetchall()
    new = {each.node_id for each in found}
    rows = [row for row in before if row[0] not in new]
    rows += [(each.node_id, each.state, _json(each.clear), _json(each.restricted)) for each in found]
    if sorted(rows) != sorted(before):
        connection.execute(f"delete from {table}")
        connection.executemany(f"insert into {table} values (?, ?, ?, ?)", rows)


def _forget_bounds(connection: Connection, profiles: str, restricted: Mapping[str, Sequence[str]]) -> None:
    for node_id, names in restricted.items():
        connection.execute(
            f"update {profiles} set min_value = null, max_value = null, top_values = null"
            " where (min_value is not null or max_value is not null or top_values is not null)"
            " and node_id = ? and list_contains(?::varchar[], lower(column_name))",
            [node_id, list(names)],
        )


def _forget_observed(connection: Connection, results: str, restricted: Mapping[str, Sequence[str]]) -> None:
    for node_id, names in restricted.items():
        connection.execute(
            f"update {results} set observed_value = ?,"
            " message = case when contains(message, observed_value) then ? else message end"
            " where observed_value <> ? and node_id = ? and list_contains(?::varchar[], lower(column_name))",
            [MASK, CUT, MASK, node_id, list(names)],
        )


def _mask_messages(connection: Connection, table: str, owner: str, near: Collection[str]) -> None:
    """Errors that were recorded as the database said them."""
    rows = connection.execute(
        f"select distinct message from {table} where message is not null and list_contains(?::varchar[], {owner})",
        [list(near)],
    ).fetchall()
    for (message,) in rows:
        if quotes_values(message) and (told := masked(message)) != message:
            connection.execute(f"update {table} set message = ? where message = ?", [told, message])


def _json(names: Sequence[str]) -> str:
    return msgspec.json.encode(sorted(names)).decode()
