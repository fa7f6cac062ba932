"""What was imported of query logs, read back: who queried what and when.

Of a query that was imported more than once, which running totals are, the import with the most calls counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ribbon.engines.duckdb_file import Connection, literal, reason_of
from ribbon.engines.grouped_rows import GroupedRows
from ribbon.errors import WorldError

__all__ = ["UsageByRelation", "UsageTables", "open_usage"]

# A statement that is in several imports is in the files of each, so queries over statements take distinct ones.
# Where its reasons show a value, it is that of another query in each import.
_TABLES = """
create temp table queries as
select log, id, who, asked_at, statement, seconds, calls, status, imported_at from {queries}
qualify row_number() over (partition by log, id order by calls desc, imported_at desc) = 1;
create view statements as
select statement, any_value(reading) as reading, min(reasons) as reasons, min(sql) as sql, any_value(dialect) as dialect
from {statements} group by statement;
create view uses as select statement, relation, "column", role from {uses};
"""

# Failed queries count too: their users wanted an answer.
_TOTALS = """
select min(asked_at), max(asked_at), coalesce(sum(calls), 0)::bigint, count(distinct who),
    coalesce(sum(calls) filter (where status <> 'done'), 0)::bigint
from queries
"""
_RELATIONS = """
select relation, sum(calls)::bigint as asked, count(distinct who),
    coalesce(sum(calls) filter (where status <> 'done'), 0)::bigint, coalesce(sum(seconds), 0),
    min(asked_at), max(asked_at)
from queries inner join (select distinct statement, relation from uses) using (statement)
group by relation
order by asked desc, relation
"""
_COLUMNS = """
select relation, min(named."column"), role, sum(calls)::bigint as asked, count(distinct who), max(asked_at)
from queries
inner join (
    select statement, relation, role, lower("column") as name, min("column") as "column"
    from uses where "column" is not null group by all
) as named using (statement)
where $relation is null or relation = $relation
group by relation, name, role
order by asked desc, relation, name, role
"""
_PEOPLE = """
with chosen as (
    select * from queries
    where who is not null
        and ($relation is null or statement in (select statement from uses where relation = $relation))
),
read as (
    select who, count(distinct relation) as relations from chosen inner join uses using (statement) group by who
)
select who, sum(calls)::bigint as asked, coalesce(any_value(relations), 0), coalesce(sum(seconds), 0),
    min(asked_at), max(asked_at)
from chosen left join read using (who)
group by who
order by asked desc, who
"""

# Running totals have no days: their time is when they were exported.
_DAYS = """
select asked_at::date as day, sum(calls)::bigint, count(distinct who)
from queries
where asked_at is not null and log <> 'pg_stat_statements'
    and ($relation is null or statement in (select statement from uses where relation = $relation))
group by day
order by day
"""
_READINGS = """
select reading, sum(calls)::bigint as asked
from queries inner join statements using (statement)
group by reading
order by asked desc, reading
"""
_REASONS = """
select reason, sum(calls)::bigint as asked
from queries inner join (select statement, unnest(reasons) as reason from statements) using (statement)
group by reason
order by asked desc, reason
"""

# Nor have they weeks.
_STATEMENTS = """
select any_value(sql), any_value(dialect), sum(calls)::bigint,
    list(distinct who) filter (where who is not null),
    list(distinct date_trunc('week', asked_at)::date)
        filter (where asked_at is not null and log <> 'pg_stat_statements'),
    coalesce(sum(seconds), 0)
from queries inner join statements using (statement)
where reading = $reading
group by statement
order by statement
"""

# How many days back from the last one that the logs cover.
DAYS = 90

# Queries that failed count too, as everywhere. Running totals have no days.
_BY_RELATION = f"""
create temp table asked as
select uses.relation, queries.*
from queries inner join (select distinct statement, relation from uses) as uses using (statement);

create temp table usage_totals as
select relation, sum(calls)::bigint as queries,
    coalesce(sum(calls) filter (where status <> 'done'), 0)::bigint as failed,
    min(asked_at) as first_at, max(asked_at) as last_at
from asked
group by relation;

create temp table usage_people as
select relation, who, sum(calls)::bigint as queries, max(asked_at) as last_at
from asked
where who is not null
group by relation, who;

create temp table usage_days as
select relation, cast(asked_at as date) as day, sum(calls)::bigint as queries
from asked
where log <> 'pg_stat_statements' and asked_at >= (select max(asked_at)::date - {DAYS - 1} from queries)
group by all;

create temp table usage_columns as
select relation, lower("column") as name, role, sum(calls)::bigint as queries
from queries
inner join (select distinct statement, relation, role, lower("column") as "column" from uses) as uses using (statement)
where "column" is not null
group by all;
"""


@dataclass(frozen=True)
class UsageByRelation:
    """Rows by relation; times are UTC, without a zone.

    totals: queries, those that failed, first and last time. people: who, queries, last time; the most active
    first. days: day, queries; the oldest first. columns: name in lower case, role, queries; the most queried first.
    """

    totals: GroupedRows
    people: GroupedRows
    days: GroupedRows
    columns: GroupedRows


class UsageTables:
    """Rows of answers, the most queried first; of days, the first. Times are UTC, without a zone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def totals(self) -> tuple[Any, ...]:
        """First and last time, queries, people, failed queries."""
        return self._rows(_TOTALS)[0]

    def relations(self) -> list[tuple[Any, ...]]:
        """Relation, queries, people, failed, seconds, first, last."""
        return self._rows(_RELATIONS)

    def columns(self, relation: str | None) -> list[tuple[Any, ...]]:
        """Relation, column, role, queries, people, last; of one relation, or all."""
        return self._rows(_COLUMNS, {"relation": relation})

    def people(self, relation: str | None) -> list[tuple[Any, ...]]:
        """Who, queries, relations, seconds, first, last; of those who query one relation, or all."""
        return self._rows(_PEOPLE, {"relation": relation})

    def days(self, relation: str | None) -> list[tuple[Any, ...]]:
        """Day, queries, people; for one relation, or all."""
        return self._rows(_DAYS, {"relation": relation})

    def statements(self, reading: str) -> list[tuple[Any, ...]]:
        """SQL, dialect, queries, people, weeks by their Mondays, seconds; of statements that are understood so far."""
        return self._rows(_STATEMENTS, {"reading": reading})

    def by_relation(self) -> UsageByRelation:
        """Who queries a relation, when and which columns, for all relations together; to be called once."""
        return _grouped(self._connection)

    def readings(self) -> dict[str, int]:
        """Queries by how far they are understood."""
        return dict(self._rows(_READINGS))

    def reasons(self) -> list[tuple[Any, ...]]:
        """Why queries are not understood whole, and how many."""
        return self._rows(_REASONS)

    def _rows(self, statement: str, named: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, named).fetchall()


def open_usage(folders: Sequence[Path]) -> UsageTables:
    """Open the imports in these folders. Raises WorldError where one of them cannot be read."""
    files = {name: _files(folders, name) for name in ("queries", "statements", "uses")}
    connection = duckdb.connect()
    try:
        connection.execute(_TABLES.format(**files))
    except duckdb.Error as error:
        raise WorldError(
            f"{folders[0].parent}: cannot be read: {reason_of(error)}. Move the damaged import away."
        ) from error
    return UsageTables(connection)


def _files(folders: Sequence[Path], name: str) -> str:
    listed = ", ".join(literal(str(folder / f"{name}.parquet")) for folder in folders)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _grouped(connection: Connection) -> UsageByRelation:
    """From a connection that has the tables `queries` and `uses`."""
    connection.execute(_BY_RELATION)
    return UsageByRelation(
        totals=GroupedRows(
            connection, "usage_totals", "relation", "relation", "queries, failed, first_at, last_at", "queries"
        ),
        people=GroupedRows(
            connection, "usage_people", "relation", "relation", "who, queries, last_at", "queries desc, who"
        ),
        days=GroupedRows(connection, "usage_days", "relation", "relation", "day, queries", "day"),
        columns=GroupedRows(
            connection, "usage_columns", "relation", "relation", "name, role, queries", "queries desc, name, role"
        ),
    )
