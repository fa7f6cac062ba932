-- table visits(day date, start date, stop date, week, month, year, hour, n)

--# A part of a date is no column
select date_trunc('week', day) as w, date_part('year', day) as y, extract(month from day) as m, year(day) as z from visits
-- w: computed from visits.day
-- y: computed from visits.day
-- m: computed from visits.day
-- z: computed from visits.day

--# The unit of an interval is no column, its number may be one
select day + interval 1 day as tomorrow, day + interval (n) month as later, day - interval '2 weeks' as before from visits
-- tomorrow: computed from visits.day
-- later: computed from visits.day, visits.n
-- before: computed from visits.day

--# A difference of two dates
select date_diff('day', start, stop) as days, stop - start as length, datediff('hour', start, stop) as hours from visits
-- days: computed from visits.start, visits.stop
-- length: computed from visits.stop, visits.start
-- hours: computed from visits.start, visits.stop

--# A column with the name of a unit is a column
select week, month as m, date_trunc('month', day) as month from visits
-- week: copied from visits.week
-- m: renamed from visits.month
-- month: computed from visits.day

--# BigQuery's units are no columns
-- dialect: bigquery
select
    date_trunc(day, week) as a, date_diff(stop, start, day) as b, extract(week from day) as c, date_add(day, interval n month) as d,
    timestamp_trunc(start, hour) as e, last_day(day, year) as f, date_trunc(day, week(monday)) as g, date_sub(day, interval 1 week) as h,
    timestamp_diff(stop, start, hour) as i
from visits
-- a: computed from visits.day
-- b: computed from visits.stop, visits.start
-- c: computed from visits.day
-- d: computed from visits.day, visits.n
-- e: computed from visits.start
-- f: computed from visits.day
-- g: computed from visits.day
-- h: computed from visits.day
-- i: computed from visits.stop, visits.start

--# Snowflake's units are no columns
-- dialect: snowflake
select
    dateadd(day, n, start) as a, datediff(week, start, stop) as b, date_trunc(month, day) as c, date_part(year, day) as d,
    date_trunc('week', day) as e, timestampadd(hour, 1, start) as f, last_day(day, month) as g, trunc(day, 'month') as h
from visits
-- a: computed from visits.n, visits.start
-- b: computed from visits.start, visits.stop
-- c: computed from visits.day
-- d: computed from visits.day
-- e: computed from visits.day
-- f: computed from visits.start
-- g: computed from visits.day
-- h: computed from visits.day

--# Redshift's units are no columns
-- dialect: redshift
select dateadd(month, 1, day) as a, datediff(day, start, stop) as b, date_part(week, day) as c, extract(year from day) as d from visits
-- a: computed from visits.day
-- b: computed from visits.start, visits.stop
-- c: computed from visits.day
-- d: computed from visits.day

--# SQL Server's units are no columns
-- dialect: tsql
select dateadd(day, n, start) as a, datediff(month, start, stop) as b, datepart(year, day) as c, datename(week, day) as d from visits
-- a: computed from visits.n, visits.start
-- b: computed from visits.start, visits.stop
-- c: computed from visits.day
-- d: computed from visits.day

--# Spark's units are no columns
-- dialect: spark
select
    date_add(day, n) as a, datediff(stop, start) as b, trunc(day, 'month') as c, dateadd(month, 1, day) as d, timestampdiff(hour, start, stop) as e,
    extract(week from day) as f
from visits
-- a: computed from visits.day, visits.n
-- b: computed from visits.stop, visits.start
-- c: computed from visits.day
-- d: computed from visits.day
-- e: computed from visits.start, visits.stop
-- f: computed from visits.day

--# Trino's units are no columns
-- dialect: trino
select date_diff('day', start, stop) as a, date_trunc('month', day) as b, day + interval '1' month as c, extract(year from day) as d from visits
-- a: computed from visits.start, visits.stop
-- b: computed from visits.day
-- c: computed from visits.day
-- d: computed from visits.day
