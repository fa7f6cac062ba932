"""The history that dbt's hooks keep in the build file: runs, measurements, and tests over many runs.

It lies in schema `ribbon`, or a developer's own.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ribbon.engines.duckdb_file import Connection, quoted, tables_of
from ribbon.model import Measurement

__all__ = [
    "NodeRun",
    "PromiseHistory",
    "ReadVersion",
    "Run",
    "TestRuns",
    "ValueRange",
    "history_schemas",
    "latest_measurements",
    "latest_node_runs",
    "latest_statuses",
    "read_promise_history",
    "read_versions",
    "recent_measurements",
    "recent_runs",
]

MEASURED = """
    run_id, measured_at, test_id, node_id, expectation, column_name as "column", arguments, severity, status, gated,
    element_count, unexpected_count, observed_value, failures, quarantined, message, reason
"""

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


# What the command of a run ends with that left rows out.
_FEWER_ROWS = ("--empty", "--sample")


@dataclass(frozen=True)
class Run:
    """An invocation of dbt. finished_at: None where it was interrupted. Times are UTC."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int


@dataclass(frozen=True)
class NodeRun:
    """How a node last ended, when it last ended well, and of the run in which it did so the begin and the command."""

    unique_id: str
    status: str
    message: str | None
    finished_at: datetime | None
    last_success_at: datetime | None
    last_good_run_at: datetime | None = None
    last_good_command: str | None = None

    @property
    def left_rows_out(self) -> str:
        """The command that last built it well, where that left rows out; else empty."""
        command = self.last_good_command or ""
        return command if command.endswith(_FEWER_ROWS) else ""


@dataclass(frozen=True)
class ReadVersion:
    """Which version of a table a reader was made from: the run that had built it, when that began, what it left.

    state: of the rows, where the run recorded it. Times are UTC.
    """

    reader: str
    table: str
    run_id: str
    run_at: datetime
    state: str | None

    def is_same(self, other: "ReadVersion") -> bool:
        """Whether both read the same rows, as far as is known: of one run, or of runs that left equal rows."""
        return self.run_id == other.run_id or (self.state is not None and self.state == other.state)


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


def history_schemas(connection: Connection) -> list[tuple[str, int]]:
    """Every schema of the connection's own file that has a history, with the number of its runs."""
    schemas = connection.execute(
        """
        select schema_name from duckdb_tables()
        where database_name = current_database() and table_name in ('runs', 'node_runs', 'expectation_results')
        group by all having count(*) = 3 order by all
        """
    ).fetchall()
    counts = ((name, connection.execute(f"select count(*) from {quoted(name)}.runs").fetchone()) for (name,) in schemas)
    return [(name, count[0]) for name, count in counts if count]


def recent_runs(connection: Connection, schema: str, limit: int = 5) -> list[Run]:
    """The newest invocations first; one that was killed shows as interrupted."""
    if not _has_history(connection, schema):
        return []
    rows = connection.execute(
        f"""
        select runs.run_id, runs.command, runs.target, runs.started_at, runs.finished_at,
            case when runs.status = 'running' then 'interrupted' else runs.status end,
            count(nodes.unique_id) filter (where nodes.status in ('error', 'fail', 'runtime error', 'partial success'))
        from {quoted(schema)}.runs as runs
        left join {quoted(schema)}.node_runs as nodes on runs.run_id = nodes.run_id
        group by all
        order by runs.started_at desc
        limit {limit:d}
        """
    ).fetchall()
    return [Run(*row) for row in rows]


def latest_node_runs(connection: Connection, schema: str) -> Mapping[str, NodeRun]:
    """By unique id, how each node ended when it last ran. A node that was skipped did not run."""
    if not _has_history(connection, schema):
        return {}
    rows = connection.execute(
        f"""
        select
            nodes.unique_id,
            max_by(nodes.status, runs.started_at),
            max_by(coalesce(nodes.message, ''), runs.started_at),
            max(nodes.finished_at),
            max(nodes.finished_at) filter (where nodes.status in ('success', 'pass', 'warn')),
            max(runs.started_at) filter (where nodes.status in ('success', 'pass', 'warn')),
            max_by(runs.command, runs.started_at) filter (where nodes.status in ('success', 'pass', 'warn'))
        from {quoted(schema)}.node_runs as nodes
        inner join {quoted(schema)}.runs as runs using (run_id)
        where nodes.status != 'skipped'
        group by nodes.unique_id
        """
    ).fetchall()
    return {row[0]: NodeRun(*row) for row in rows}


def read_versions(
    connection: Connection, schema: str, pairs: Sequence[tuple[str, str]], shown_now: Collection[str]
) -> list[ReadVersion]:
    """The version that each reader read of each table, the oldest first; none where it is not known.

    pairs: reader and table. shown_now: the readers that are views, which show what there is now.
    """
    if not pairs or not _has_history(connection, schema):
        return []
    states = "table_states" in tables_of(connection, schema)
    rows = connection.execute(
        f"""
        with good as (
            select nodes.unique_id, runs.run_id, runs.started_at
            from {quoted(schema)}.node_runs as nodes
            inner join {quoted(schema)}.runs as runs using (run_id)
            where nodes.status in ('success', 'partial success')
        ),
        pairs as (
            select unnest($readers::varchar[]) as reader, unnest($tables::varchar[]) as read,
                unnest($is_now::boolean[]) as is_now
        ),
        made as (select unique_id, max(started_at) as started_at from good group by unique_id),
        versions as (
            select
                pairs.reader, pairs.read,
                max_by(good.run_id, good.started_at) as run_id, max(good.started_at) as run_at
            from pairs
            inner join made on made.unique_id = pairs.reader
            inner join good on good.unique_id = pairs.read and (pairs.is_now or good.started_at <= made.started_at)
            group by all
        )
        select versions.*, {"states.state" if states else "null"}
        from versions
        {f"left join {quoted(schema)}.table_states as states" if states else ""}
        {"on states.run_id = versions.run_id and states.node_id = versions.read" if states else ""}
        order by versions.run_at, versions.reader, versions.read
        """,
        {
            "readers": [reader for reader, _ in pairs],
            "tables": [table for _, table in pairs],
            "is_now": [reader in shown_now for reader, _ in pairs],
        },
    ).fetchall()
    return [ReadVersion(*row) for row in rows]


def latest_statuses(connection: Connection, schema: str) -> Mapping[str, str]:
    """By test, how it ended when it was last measured."""
    if "expectation_results" not in tables_of(connection, schema):
        return {}
    rows = connection.execute(
        f"select test_id, arg_max(status, measured_at) from {quoted(schema)}.expectation_results"
        " where test_id is not null group by test_id"
    ).fetchall()
    return dict(rows)


def latest_measurements(connection: Connection, schema: str) -> list[Measurement]:
    """The last measurement of each test; nothing in a file of a version that recorded none."""
    return _measurements(
        connection,
        schema,
        "qualify row_number() over (partition by test_id order by measured_at desc) = 1 order by node_id, test_id",
    )


def recent_measurements(connection: Connection, schema: str, runs: int) -> list[Measurement]:
    """All that was measured in the newest `runs` runs that measured anything, the oldest first."""
    return _measurements(
        connection,
        schema,
        f"qualify dense_rank() over (order by run_started_at desc, run_id) <= {runs} order by measured_at, test_id",
    )


def read_promise_history(connection: Connection, schema: str) -> PromiseHistory:
    """All that this schema records; what an older version did not record is empty. Times are UTC."""
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


def _measurements(connection: Connection, schema: str, chosen: str) -> list[Measurement]:
    if "expectation_results" not in tables_of(connection, schema):
        return []
    found = connection.execute(
        f"""
        select {MEASURED} from (
            select *, min(measured_at) over (partition by run_id) as run_started_at
            from {quoted(schema)}.expectation_results
        )
        {chosen}
        """
    )
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [Measurement(**row | {"arguments": json.loads(row["arguments"] or "{}")}) for row in rows]


def _has_history(connection: Connection, schema: str) -> bool:
    return {"runs", "node_runs"} <= tables_of(connection, schema)


def _rows(connection: Connection, schema: str, table: str, statement: str) -> list[tuple[Any, ...]]:
    if table not in tables_of(connection, schema):
        return []
    return connection.execute(statement.format(schema=quoted(schema))).fetchall()
