-- table lines(id, net, "Line Total", "order", "a.b", größe)

--# Names are compared without regard to case
select L.NET as Amount, nET from Lines as l
-- amount: renamed from lines.net
-- net: copied from lines.net

--# DuckDB does not mind the case of quoted names
select "NET" as net, "Lines"."Id" from "LINES" as "Lines"
-- net: copied from lines.net
-- id: copied from lines.id

--# A name with a blank
select "Line Total", "Line Total" * 2 as "Twice Total" from lines
-- Line Total: copied from lines.Line Total
-- Twice Total: computed from lines.Line Total

--# A reserved word as a name
select "order", lines."order" as "select" from lines order by "order" limit 1
-- order: copied from lines.order
-- select: renamed from lines.order
-- rows limited by lines.order

--# A dot in a quoted name is no path
select "a.b", l."a.b" as c from lines as l
-- a.b: copied from lines.a.b
-- c: renamed from lines.a.b

--# Letters outside of English
select größe, l.größe as size from lines as l
-- größe: copied from lines.größe
-- size: renamed from lines.größe

--# An alias with other letters
select net as Umsatz_€ from lines
-- Umsatz_€: renamed from lines.net

--# A whole path of database, schema, table and column
-- table shop.sales.orders(id, net)
select shop.sales.orders.net, sales.orders.id as a, orders.id as b from shop.sales.orders
-- net: copied from shop.sales.orders.net
-- a: renamed from shop.sales.orders.id
-- b: renamed from shop.sales.orders.id

--# A table is found by the part of its path that is written
-- table shop.sales.orders(id, net)
select o.id, orders.net from sales.orders as o, orders
-- id: copied from shop.sales.orders.id
-- net: copied from shop.sales.orders.net

--# Two tables of one name in two schemas stay apart
-- table a.orders(id, net)
-- table b.orders(id, net)
select a.orders.net as x, b.orders.net as y from a.orders join b.orders on a.orders.id = b.orders.id
-- x: renamed from a.orders.net
-- y: renamed from b.orders.net
-- rows joined on a.orders.id, b.orders.id

--# An alias of a CTE's column in capitals
with a as (select net as TOTAL from lines)
select total as Total, "Total" as other from a
-- total: renamed from lines.net
-- other: renamed from lines.net

--# A table's alias renames its columns
select a, b from lines as l(a, b)
-- a: renamed from lines.id
-- b: renamed from lines.net

--# A sub-query's alias renames its columns
select y from (select id, net * 2 from lines) as s(x, y)
-- y: computed from lines.net

--# A name that is a function's too
-- table events(date, timestamp, count, value)
select date, timestamp as t, count as n, value from events
-- date: copied from events.date
-- t: renamed from events.timestamp
-- n: renamed from events.count
-- value: copied from events.value

--# BigQuery's path in one pair of backticks
-- dialect: bigquery
-- table proj.sales.orders(id, net)
select orders.id, o.net from `proj.sales.orders` cross join `proj`.sales.`orders` as o
-- id: copied from proj.sales.orders.id
-- net: copied from proj.sales.orders.net

--# BigQuery's project with dashes
-- dialect: bigquery
-- table my-proj.sales.orders(id, net)
select o.net from my-proj.sales.orders as o
-- net: copied from my-proj.sales.orders.net

--# BigQuery does not mind the case of columns
-- dialect: bigquery
select `NET` as net, ID from lines
-- net: copied from lines.net
-- id: copied from lines.id

--# SQL Server's brackets
-- dialect: tsql
select [Line Total] as [Total], l.[order] from [lines] as l
-- Total: renamed from lines.Line Total
-- order: copied from lines.order

--# MySQL's and Spark's backticks
-- dialect: spark
select `Line Total` as total, `a.b` from lines
-- total: renamed from lines.Line Total
-- a.b: copied from lines.a.b

--# Snowflake in capitals
-- dialect: snowflake
-- table PROD.SALES.ORDERS(ID, NET)
select id, o.net as amount from prod.sales.orders as o
-- id: copied from PROD.SALES.ORDERS.ID
-- amount: renamed from PROD.SALES.ORDERS.NET
