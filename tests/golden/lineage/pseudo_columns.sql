-- table lines(id, net)
-- table events(id, at)

--# DuckDB's row number of a table is a column that no list has
select rowid, net from lines
-- rowid: copied from lines.rowid
-- net: copied from lines.net

--# A star does not have it
select * from lines where rowid > 5
-- id: copied from lines.id
-- net: copied from lines.net
-- rows filtered by lines.rowid

--# BigQuery's time of a partition
-- dialect: bigquery
select id, date(_PARTITIONTIME) as day from events where _PARTITIONDATE > '2020-01-01'
-- id: copied from events.id
-- day: computed from events._PARTITIONTIME
-- rows filtered by events._PARTITIONDATE

--# BigQuery's suffix of a sharded table
-- dialect: bigquery
select e.id, _TABLE_SUFFIX as shard from `proj.ga.events_*` as e where _TABLE_SUFFIX between '20200101' and '20200131'
-- id: copied from proj.ga.events_*.id
-- shard: renamed from proj.ga.events_*._TABLE_SUFFIX
-- rows filtered by proj.ga.events_*._TABLE_SUFFIX

--# Postgres' system column
-- dialect: postgres
select ctid, id from lines
-- ctid: copied from lines.ctid
-- id: copied from lines.id
