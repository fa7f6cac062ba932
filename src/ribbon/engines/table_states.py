"""Which verdicts are of exactly the table that is there now, by the states that dbt's runs recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from ribbon.engines.duckdb_file import Connection, quoted, tables_of

__all__ = ["Judged", "gated_tests", "judged_as_they_are", "state_of"]

# A text that is equal for equal rows and columns alone. As in macros/ribbon/history/table_states.sql.
_ROWS = "count(*) || ' ' || coalesce(sum(hash({row})), 0) || ' ' || md5(coalesce(any_value(typeof({row})), ''))"


@dataclass(frozen=True)
class Judged:
    """The newest verdict of a test on relations as they are now.

    severity: what the test had then. run_at: when the run that gave it began.
    """

    status: str
    severity: str
    run_at: datetime


def state_of(connection: Connection, schema: str, name: str) -> str | None:
    """The state of a table or view of the connection's own file: of a view its SQL. None where it cannot be read."""
    view = connection.execute(
        "select 'view ' || md5(sql) from duckdb_views()"
        " where database_name = current_database() and schema_name = $1 and view_name = $2",
        [schema, name],
    ).fetchone()
    if view:
        return str(view[0])
    try:
        alias = _free_alias(connection, schema, name)
        row = connection.execute(f"select {_ROWS.format(row=alias)} from {quoted(schema, name)} as {alias}").fetchone()
    except duckdb.Error:
        return None
    return str(row[0]) if row else None


def _free_alias(connection: Connection, schema: str, name: str) -> str:
    """A name for a whole row that no column has, as the macro `free_name` finds it."""
    columns = {row[0].lower() for row in connection.execute(f"describe {quoted(schema, name)}").fetchall()}
    alias = "ribbon_row"
    while alias in columns:
        alias += "_"
    return alias


def judged_as_they_are(
    connection: Connection, schema: str, states: Mapping[str, str], read: Mapping[str, Sequence[str]]
) -> dict[str, Judged]:
    """By test, its newest verdict of a run that left all that the test reads as it is now.

    states: of relations, by unique id. read: by test, the unique ids of what it reads.
    """
    pairs = [(test, node) for test, nodes in read.items() for node in nodes]
    if not pairs or not {"table_states", "expectation_results"} <= tables_of(connection, schema):
        return {}
    rows = connection.execute(
        f"""
        with same as (  -- the runs that left a relation as it is now
            select distinct recorded.run_id, recorded.node_id
            from {quoted(schema)}.table_states as recorded
            inner join (select unnest($nodes::varchar[]) as node_id, unnest($states::varchar[]) as state) as now
                using (node_id, state)
        ),
        needed as (select unnest($tests::varchar[]) as test_id, unnest($read::varchar[]) as node_id),
        judged as (
            select result.test_id, result.status, result.severity, result.measured_at, runs.started_at
            from {quoted(schema)}.expectation_results as result
            inner join {quoted(schema)}.runs as runs on runs.run_id = result.run_id
            inner join needed using (test_id)
            left join same on same.run_id = result.run_id and same.node_id = needed.node_id
            where result.run_id in (select run_id from same)
            group by all
            having bool_and(same.node_id is not null)
        )
        select test_id, arg_max(status, measured_at), arg_max(severity, measured_at), arg_max(started_at, measured_at)
        from judged
        group by test_id
        """,
        {
            "nodes": list(states),
            "states": list(states.values()),
            "tests": [test for test, _ in pairs],
            "read": [node for _, node in pairs],
        },
    ).fetchall()
    return {test: Judged(*verdict) for test, *verdict in rows}


def gated_tests(connection: Connection, schema: str) -> set[str]:
    """The tests that the gate promised to measure when they were last recorded."""
    if "expectation_results" not in tables_of(connection, schema):
        return set()
    rows = connection.execute(
        f"select test_id from {quoted(schema)}.expectation_results group by test_id having arg_max(gated, measured_at)"
    ).fetchall()
    return {test for (test,) in rows}
