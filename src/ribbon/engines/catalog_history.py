"""What the catalog shows of the history in the build file: few statements for all relations and tests together."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ribbon.engines.duckdb_file import Connection, literal, quoted, tables_of
from ribbon.engines.grouped_rows import GroupedRows
from ribbon.engines.history import Run, recent_runs

__all__ = [
    "KEPT",
    "TABLES",
    "BadStretch",
    "CatalogHistory",
    "LatestVerdict",
    "history_schema",
    "read_catalog_history",
]

KEPT = 30
"""How many verdicts of a test, runs of a node, invocations and days are shown."""

HISTORY = "ribbon"

# By how bad a day or a verdict was, as the statements count it.
BADNESS = ("pass", "warn", "fail")

# As macros/ribbon/history creates them, as far as they are read. A profile without a column counts rows only.
TABLES = {
    "runs": {
        "run_id": "varchar",
        "command": "varchar",
        "target": "varchar",
        "started_at": "timestamp",
        "finished_at": "timestamp",
        "status": "varchar",
    },
    "node_runs": {
        "run_id": "varchar",
        "unique_id": "varchar",
        "resource_type": "varchar",
        "status": "varchar",
        "seconds": "double",
        "message": "varchar",
        "finished_at": "timestamp",
    },
    "expectation_results": {
        "run_id": "varchar",
        "measured_at": "timestamp",
        "test_id": "varchar",
        "node_id": "varchar",
        "column_name": "varchar",
        "arguments": "varchar",
        "status": "varchar",
        "gated": "boolean",
        "element_count": "bigint",
        "unexpected_count": "bigint",
        "observed_value": "varchar",
        "quarantined": "bigint",
        "message": "varchar",
        "reason": "varchar",
    },
    "column_profiles": {
        "run_id": "varchar",
        "measured_at": "timestamp",
        "node_id": "varchar",
        "column_name": "varchar",
        "row_count": "bigint",
        "null_count": "bigint",
        "distinct_count": "bigint",
        "min_value": "varchar",
        "max_value": "varchar",
        "top_values": "varchar",
    },
}

# The n-th largest by an aggregate, and a number for each key: to number rows in a window and to sort them by text takes
# three times as long, and so much memory that a history of ten thousand models does not fit.
_TESTS = """
create temp table tests as
select test_id, row_number() over (order by test_id) as number,
    list_min(arg_max(measured_at, measured_at, {kept})) as oldest_at, arg_max(status, measured_at) as status,
    arg_max_null(node_id, measured_at) as node_id, arg_max_null(column_name, measured_at) as column_name,
    arg_max_null(arguments, measured_at) as arguments, arg_max_null(gated, measured_at) as gated,
    arg_max_null(reason, measured_at) as reason
from kept_expectation_results
where test_id is not null and measured_at is not null
group by test_id
"""
_VERDICTS = """
create temp view verdicts as
select tests.number, results.*
from kept_expectation_results as results inner join tests using (test_id)
where results.measured_at >= tests.oldest_at
"""

# dbt gives no time to what it skipped: that was some time after its run began. Tests have verdicts.
_NODE_RUNS = """
create temp view node_runs as
select
    nodes.unique_id, nodes.run_id, nodes.status, nodes.seconds, nodes.message, nodes.finished_at,
    coalesce(nodes.finished_at, runs.started_at) as ended_at
from kept_node_runs as nodes inner join kept_runs as runs using (run_id)
where nodes.resource_type in ('model', 'seed', 'snapshot', 'unit_test') and nodes.status <> 'no-op'
"""
_NODES = """
create temp table nodes as
select unique_id, row_number() over (order by unique_id) as number,
    list_min(arg_max(ended_at, ended_at, {kept})) as oldest_at
from node_runs
group by unique_id
"""
_NODE_RUNS_SHOWN = """
create temp view node_runs_shown as
select nodes.number, node_runs.*
from node_runs inner join nodes using (unique_id)
where node_runs.ended_at >= nodes.oldest_at
"""

# A model that is built batch by batch is profiled more than once in a run.
_PROFILED = """
create temp table profiled as
select node_id, run_id, max(measured_at) as measured_at, arg_max(row_count, measured_at) as row_count,
    row_number() over (partition by node_id order by max(measured_at) desc, run_id) as place
from kept_column_profiles
group by node_id, run_id
qualify place <= {kept}
"""
_NULL_RATES = """
create temp table null_rates as
select node_id, column_name,
    list_reverse(arg_max(round(null_count / row_count, 6), measured_at, {kept})) as null_rates
from kept_column_profiles
where row_count > 0 and column_name is not null
group by node_id, column_name
"""
_PROFILES = """
create temp table profiles as
select profile.*, null_rates.null_rates
from kept_column_profiles as profile
semi join (select node_id, run_id from profiled where place = 1) using (node_id, run_id)
left join null_rates using (node_id, column_name)
where column_name is not null
qualify row_number() over (partition by node_id, column_name order by profile.measured_at desc) = 1
"""

# 0 passed, 1 warned, 2 failed. What was skipped does not count.
_JUDGED = """
create temp view judged as
select test_id as id, measured_at as seen_at, case status when 'pass' then 0 when 'warn' then 1 else 2 end as badness
from kept_expectation_results
union all
select unique_id, ended_at,
    case when status in ('error', 'fail', 'runtime error') then 2 when status in ('warn', 'partial success') then 1
    else 0 end
from node_runs
where status <> 'skipped'
"""
_BAD = """
create temp table bad as
select id, arg_max(badness, seen_at) as badness, max(seen_at) as last_at,
    max(seen_at) filter (where badness = 0) as good_at
from judged
group by id
having arg_max(badness, seen_at) > 0
"""
VIEWS = (
    _TESTS,
    _VERDICTS,
    _NODE_RUNS,
    _NODES,
    _NODE_RUNS_SHOWN,
    _PROFILED,
    _NULL_RATES,
    _PROFILES,
    _JUDGED,
    _BAD,
)

LATEST_VERDICTS = "select test_id, node_id, column_name, coalesce(arguments, '{}'), status, gated, reason from tests"
STRETCHES = """
select bad.id, any_value(bad.badness), any_value(bad.last_at),
    min(judged.seen_at) filter (where judged.seen_at > bad.good_at)
from bad inner join judged using (id)
group by bad.id
"""
_IN_DAYS = "cast(seen_at as date) between {first} and {last}"
BAD_DAYS = f"""
select id, cast(seen_at as date), max(badness) from judged semi join bad using (id) where {_IN_DAYS} group by all
"""
DAYS = f"select cast(seen_at as date), max(badness) from judged where {_IN_DAYS} group by all"

# Table, key, the order of keys, columns, the order of the rows of a key.
HISTORIES = {
    "verdicts": (
        "verdicts",
        "test_id",
        "number",
        "status, epoch_us(measured_at), run_id, element_count, unexpected_count, observed_value, message, quarantined",
        "measured_at desc, run_id",
    ),
    "node_runs": (
        "node_runs_shown",
        "unique_id",
        "number",
        "run_id, status, seconds, epoch_us(finished_at), message",
        "ended_at desc, run_id",
    ),
    "profiles": (
        "profiles",
        "node_id",
        "node_id",
        "column_name, row_count, null_count, distinct_count, min_value, max_value, top_values, null_rates",
        "column_name",
    ),
    "row_counts": ("profiled", "node_id", "node_id", "row_count", "place desc"),
}


@dataclass(frozen=True, slots=True)
class LatestVerdict:
    """The last verdict of a test. arguments: JSON.

    gated: whether the gate waits for it, None where that is unknown; reason: why not.
    """

    node_id: str | None
    column: str | None
    arguments: str
    status: str
    gated: bool | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class BadStretch:
    """A test or node that failed or warned when it was last measured or built.

    status: warn or fail. since: the first time after it was last good; None where it never was. days: the worst of
    each of the last thirty days on which it was measured, UTC.
    """

    status: str
    at: datetime
    since: datetime | None
    days: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CatalogHistory:
    """The whole history. Rows of verdicts are by test, of node runs, profiles and row counts by node; times are UTC.

    verdicts: status, time in microseconds since 1970, run, rows judged, rows that break it, value observed, message,
    rows set aside; the newest first. node_runs: run, status, seconds, time, message; the newest first. profiles:
    column, rows, nulls, distinct, smallest, largest, top values as JSON, null rates with the oldest first. row_counts:
    rows, the oldest run first. days: the worst of each of the last thirty days, of days on which something ran.
    """

    runs: tuple[Run, ...]
    latest: Mapping[str, LatestVerdict]
    verdicts: GroupedRows
    node_runs: GroupedRows
    profiles: GroupedRows
    row_counts: GroupedRows
    bad: Mapping[str, BadStretch]
    days: Mapping[date, str]


def history_schema(connection: Connection, schemas: Collection[str]) -> str:
    """The schema with the runs of the target that builds its models in `schemas`: `ribbon`, or `dev_ribbon`.

    Several targets may share a file. The history whose prefix most of the schemas have is the one, and of those the
    longest prefix.
    """
    found = connection.execute(
        "select distinct schema_name from duckdb_tables() where database_name = current_database()"
        f" and table_name = 'runs' and ends_with(schema_name, {literal(HISTORY)})"
    ).fetchall()
    prefixes = [name.removesuffix(HISTORY) for (name,) in found]
    return max(prefixes, key=lambda prefix: (_having(prefix, schemas), len(prefix)), default="") + HISTORY


def _having(prefix: str, schemas: Collection[str]) -> int:
    """How many schemas are of this prefix. The one that all others are built on, `main`, is of the prefix `main_`."""
    return sum(f"{schema}_".startswith(prefix) for schema in schemas)


def read_catalog_history(connection: Connection, schema: str, today: date) -> CatalogHistory:
    """What this schema records; empty where it has no tables. today: the last of the thirty days, UTC."""
    _see_tables(connection, schema)
    for view in VIEWS:
        connection.execute(view.format(kept=KEPT))
    grouped = {name: GroupedRows(connection, *statement) for name, statement in HISTORIES.items()}
    return CatalogHistory(
        runs=tuple(recent_runs(connection, schema, KEPT)),
        latest={row[0]: LatestVerdict(*row[1:]) for row in connection.execute(LATEST_VERDICTS).fetchall()},
        bad=_bad_stretches(connection, today),
        days={
            day: BADNESS[badness] for day, badness in connection.execute(DAYS.format(**_days_until(today))).fetchall()
        },
        **grouped,
    )


def _see_tables(connection: Connection, schema: str) -> None:
    """Views of the tables of history under names of their own, empty for those that an older version did not have."""
    there = tables_of(connection, schema)
    for name, columns in TABLES.items():
        nothing = ", ".join(f"null::{kind} as {quoted(column)}" for column, kind in columns.items())
        rows = f"select * from {quoted(schema, name)}" if name in there else f"select {nothing} where false"
        connection.execute(f"create temp view {quoted('kept_' + name)} as {rows}")


def _bad_stretches(connection: Connection, today: date) -> dict[str, BadStretch]:
    days: dict[str, dict[date, str]] = defaultdict(dict)
    for key, day, badness in connection.execute(BAD_DAYS.format(**_days_until(today))).fetchall():
        days[key][day] = BADNESS[badness]
    return {
        key: BadStretch(BADNESS[badness], at.replace(tzinfo=UTC), since and since.replace(tzinfo=UTC), days[key])
        for key, badness, at, since in connection.execute(STRETCHES).fetchall()
    }


def _days_until(today: date) -> dict[str, str]:
    """As SQL. Statements with parameters would bring pandas, which takes longer to load than they take to run."""
    first = today - timedelta(days=KEPT - 1)
    return {"first": f"date '{first.isoformat()}'", "last": f"date '{today.isoformat()}'"}
