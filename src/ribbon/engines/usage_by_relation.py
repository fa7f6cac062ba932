"""What was imported of query logs, for all relations together: the catalog asks for each of them."""

from dataclasses import dataclass

import duckdb

from ribbon.engines.grouped_rows import GroupedRows

__all__ = ["UsageByRelation", "group_usage"]

# How many days back from the last one that the logs cover.
DAYS = 90

# Queries that failed count too, as everywhere. Running totals have no days: their time is when somebody looked.
_TABLES = f"""
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

    totals: queries, those that failed, first and last time. people: who, queries, last time; who asks most first. days:
    day, queries; the oldest first. columns: name in lower case, role, queries; the most asked first.
    """

    totals: GroupedRows
    people: GroupedRows
    days: GroupedRows
    columns: GroupedRows


def group_usage(connection: duckdb.DuckDBPyConnection) -> UsageByRelation:
    """From a connection that has the tables `queries` and `uses`."""
    connection.execute(_TABLES)
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
