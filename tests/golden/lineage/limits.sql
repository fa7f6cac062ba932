-- table lines(id, net, qty, day date)

--# An order alone decides nothing
select net from lines order by day
-- net: copied from lines.net

--# An order with a limit limits
select net from lines order by day desc, qty limit 10
-- net: copied from lines.net
-- rows limited by lines.day, lines.qty

--# An order with an offset limits
select net from lines order by day offset 10
-- net: copied from lines.net
-- rows limited by lines.day

--# A limit without an order limits by nothing
select net from lines limit 10
-- net: copied from lines.net

--# An order by place
select net, qty * 2 as twice from lines order by 2 limit 10
-- net: copied from lines.net
-- twice: computed from lines.qty
-- rows limited by lines.qty

--# An order by an alias of an aggregate
select id, sum(net) as total from lines group by id order by total desc limit 3
-- id: copied from lines.id
-- total: aggregated from lines.net
-- rows grouped by lines.id
-- rows limited by lines.net

--# An order by all
select net, qty from lines order by all limit 3
-- net: copied from lines.net
-- qty: copied from lines.qty
-- rows limited by lines.net, lines.qty

--# An order by an expression
select net from lines order by abs(qty - id) limit 1
-- net: copied from lines.net
-- rows limited by lines.qty, lines.id

--# A limit inside a CTE limits the whole
with top as (select id from lines order by net desc limit 5)
select count(*) as n from top
-- n: aggregated from nothing
-- rows limited by lines.net

--# An order inside a CTE without a limit decides nothing
with sorted as (select id from lines order by net)
select id from sorted limit 5
-- id: copied from lines.id

--# A percentage limits
select id from lines order by net limit 10%
-- id: copied from lines.id
-- rows limited by lines.net

--# Postgres' fetch limits
-- dialect: postgres
select id from lines order by net fetch first 3 rows only
-- id: copied from lines.id
-- rows limited by lines.net

--# SQL Server's top limits
-- dialect: tsql
select top 3 id from lines order by net
-- id: copied from lines.id
-- rows limited by lines.net

--# ClickHouse's limit by keeps rows of each key
-- dialect: clickhouse
select id, net from lines order by net limit 1 by qty
-- id: copied from lines.id
-- net: copied from lines.net
-- rows grouped by lines.qty
-- rows limited by lines.net
