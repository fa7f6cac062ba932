"""What the history in the build file says of expectations over many runs: few questions for all of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import literal, quoted

__all__ = ["PromiseHistory", "TestRuns", "ValueRange", "read_promise_history"]

# How many runs back a series goes.
KEPT = 60

_FIRST_BUILT = """
select unique_id, min(finished_at)::date from {schema}.node_runs
where status in ('success', 'pass', 'warn') and finished_at is not null group by unique_id
"""
_TESTS = f"""
select test_id, arg_max(node_id, measured_at), arg_max(column_name, measured_at), arg_max(expectation, measured_at),
    arg_max(arguments, measured_at), count(distinct run_id),
    count(distinct run_id) filter (where status <> 'pass'), min(measured_at), max(measured_at),
    list_reverse(arg_max(try_cast(observed_value as double), measured_at, {KEPT:d}))
from {{schema}}.expectation_results
where test_id is not null and measured_at is not null
group by test_id
"""
_RANGES = f"""
select node_id, lower(column_name),
    list_reverse(arg_max(coalesce(try_cast(min_value as double), 'nan'), measured_at, {KEPT:d})),
    list_reverse(arg_max(coalesce(try_cast(max_value as double), 'nan'), measured_at, {KEPT:d}))
from {{schema}}.column_profiles
where column_name is not null and measured_at is not null
group by all
"""


@dataclass(frozen=True)
class TestRuns:
    """A test over its runs. arguments: JSON. observed: values of the whole table, the oldest first."""

    test_id: str
    node_id: str
    column: str | None
    expectation: str
    arguments: str
    runs: int
    failed: int
    first: datetime
    last: datetime
    observed: tuple[float | None, ...]


@dataclass(frozen=True)
class ValueRange:
    """The smallest and the largest value of a column, run by run, the oldest first; nan where they are no numbers."""

    lowest: tuple[float, ...]
    highest: tuple[float, ...]


@dataclass(frozen=True)
class PromiseHistory:
    """tests: by test. ranges: by node and column in lower case. first_built: by node. note: why there is nothing."""

    tests: Mapping[str, TestRuns] = field(default_factory=dict)
    ranges: Mapping[tuple[str, str], ValueRange] = field(default_factory=dict)
    first_built: Mapping[str, date] = field(default_factory=dict)
    note: str = ""


def read_promise_history(connection: duckdb.DuckDBPyConnection, schema: str) -> PromiseHistory:
    """All that is kept in this schema; what an older version did not keep is empty. Times are UTC."""
    found = {
        name: _rows(connection, schema, table, statement)
        for name, table, statement in (
            ("tests", "expectation_results", _TESTS),
            ("ranges", "column_profiles", _RANGES),
            ("built", "node_runs", _FIRST_BUILT),
        )
    }
    return PromiseHistory(
        tests={row[0]: TestRuns(*(*row[:9], tuple(row[9] or ()))) for row in found["tests"]},
        ranges={(row[0], row[1]): ValueRange(tuple(row[2]), tuple(row[3])) for row in found["ranges"]},
        first_built=dict(found["built"]),
    )


def _rows(connection: duckdb.DuckDBPyConnection, schema: str, table: str, statement: str) -> list[tuple[Any, ...]]:
    there = connection.execute(
        "select 1 from duckdb_tables() where database_name = current_database()"
        f" and schema_name = {literal(schema)} and table_name = {literal(table)}"
    ).fetchall()
    return connection.execute(statement.format(schema=quoted(schema))).fetchall() if there else []
