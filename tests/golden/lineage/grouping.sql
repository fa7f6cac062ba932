-- table lines(id, net, qty, sku varchar, day date)

--# A group by a column
select sku, sum(net) as net from lines group by sku
-- sku: copied from lines.sku
-- net: aggregated from lines.net
-- rows grouped by lines.sku

--# A group by a column that is not selected
select sum(net) as net from lines group by sku
-- net: aggregated from lines.net
-- rows grouped by lines.sku

--# A group by place
select sku as code, qty + 1 as more, sum(net) as net from lines group by 1, 2
-- code: renamed from lines.sku
-- more: computed from lines.qty
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.qty

--# A group by all is by whatever is not aggregated
select sku, day, sum(net) as net, count(*) as n from lines group by all
-- sku: copied from lines.sku
-- day: copied from lines.day
-- net: aggregated from lines.net
-- n: aggregated from nothing
-- rows grouped by lines.sku, lines.day

--# A group by an expression
select year(day) as y, sum(net) as net from lines group by year(day)
-- y: computed from lines.day
-- net: aggregated from lines.net
-- rows grouped by lines.day

--# A group by a name that is a column and an alias is by the column
select max(net) as qty, sku from lines group by sku, qty
-- qty: aggregated from lines.net
-- sku: copied from lines.sku
-- rows grouped by lines.sku, lines.qty

--# A rollup groups by each of its keys
select sku, qty, sum(net) as net from lines group by rollup (sku, qty)
-- sku: copied from lines.sku
-- qty: copied from lines.qty
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.qty

--# A cube groups by each of its keys
select sku, sum(net) as net from lines group by cube (sku, id)
-- sku: copied from lines.sku
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.id

--# Grouping sets group by each of their keys
select sku, sum(net) as net from lines group by grouping sets ((sku), (qty, id), ())
-- sku: copied from lines.sku
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.qty, lines.id

--# A constant key groups by nothing
select 'all' as what, sum(net) as net from lines group by 1
-- what: constant
-- net: aggregated from lines.net

--# Having filters
select sku from lines group by sku having sum(net) > 5 and max(qty) > 1
-- sku: copied from lines.sku
-- rows filtered by lines.net, lines.qty
-- rows grouped by lines.sku

--# Having a count of rows filters by nothing
select sku from lines group by sku having count(*) > 1
-- sku: copied from lines.sku
-- rows grouped by lines.sku

--# A group of groups
select n, count(*) as skus from (select sku, count(*) as n from lines group by sku) as counted group by n
-- n: aggregated from nothing
-- skus: aggregated from nothing
-- rows grouped by lines.sku

--# A sum without a group has no grouped rows
select sum(net) as net from lines where qty > 0
-- net: aggregated from lines.net
-- rows filtered by lines.qty

--# Snowflake's group by all
-- dialect: snowflake
select sku, coalesce(qty, 0) as qty, sum(net) as net from lines group by all
-- sku: copied from lines.sku
-- qty: computed from lines.qty
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.qty
