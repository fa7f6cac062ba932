-- table lines(id, net, qty)

--# A literal is from nothing
select 1 as one, 'a' as letter, null as nothing, true as yes from lines
-- one: constant by 1
-- letter: constant
-- nothing: constant
-- yes: constant

--# The clock is from nothing
select current_date as today, current_timestamp as now, now() as then from lines
-- today: constant
-- now: constant
-- then: constant

--# An expression of literals is a constant
select 1 + 2 as three, cast('2020-01-01' as date) as start, coalesce(null, 0) as zero from lines
-- three: constant
-- start: constant
-- zero: constant

--# A count of rows is aggregated from nothing
select count(*) as n, count(*) * 2 as twice, count() as m, count(1) as k from lines
-- n: aggregated from nothing by count(*)
-- twice: aggregated from nothing
-- m: aggregated from nothing
-- k: aggregated from nothing

--# A count of a table's rows is a count of rows
select count(lines.*) as n from lines
-- n: aggregated from nothing

--# A window without columns is a constant
select row_number() over () as n, count(*) over () as m from lines
-- n: constant
-- m: constant

--# A constant that passes through a CTE stays one
with marked as (select 'web' as channel, net from lines)
select channel as source, upper(channel) as shout, net from marked
-- source: constant
-- shout: constant
-- net: copied from lines.net

--# A count of rows that passes through a CTE stays aggregated
with counted as (select count(*) as n from lines)
select n, n + 1 as more from counted
-- n: aggregated from nothing
-- more: aggregated from nothing

--# A random number is from nothing
select random() as dice, uuid() as key from lines
-- dice: constant
-- key: constant

--# A query without from is constant
select 1 as a, 'x' as b
-- a: constant
-- b: constant

--# A parameter of a function stays apart from the column it goes with
select round(net, 2) as net, replace('a', 'b', 'c') as text from lines
-- net: computed from lines.net
-- text: constant
