-- table lines(id, net, qty, day date)

--# An alias can be used beside it
select net * 2 as twice, twice + 1 as more from lines
-- twice: computed from lines.net
-- more: computed from lines.net by twice + 1 <- net * 2

--# An alias of an alias
select net as a, a as b, b + qty as c from lines
-- a: renamed from lines.net
-- b: renamed from lines.net
-- c: computed from lines.net, lines.qty

--# A column wins over an alias of its name
select net as id, id + 1 as next from lines
-- id: renamed from lines.net
-- next: computed from lines.id

--# An alias in a filter
select net * 2 as twice from lines where twice > qty
-- twice: computed from lines.net
-- rows filtered by lines.net, lines.qty

--# A column wins over an alias in a filter
select net as qty from lines where qty > 0
-- qty: renamed from lines.net
-- rows filtered by lines.qty

--# An alias in a group
select date_trunc('month', day) as month, sum(net) as net from lines group by month
-- month: computed from lines.day
-- net: aggregated from lines.net
-- rows grouped by lines.day

--# An alias of an aggregate in having
select id, sum(net) as total from lines group by id having total > 5
-- id: copied from lines.id
-- total: aggregated from lines.net
-- rows filtered by lines.net
-- rows grouped by lines.id

--# An alias of an aggregate beside it
select id, sum(net) as total, total / 2 as half from lines group by id
-- id: copied from lines.id
-- total: aggregated from lines.net
-- half: aggregated from lines.net
-- rows grouped by lines.id

--# An order by an alias takes the alias before the column
select net as id from lines order by id limit 3
-- id: renamed from lines.net
-- rows limited by lines.net

--# An alias is not seen inside a sub-query's own columns
select net as x, (select max(qty) from lines as l where l.id = x) as top from lines
-- x: renamed from lines.net
-- top: aggregated from lines.qty
-- top: computed from lines.id, lines.net

--# Snowflake's alias in a select list
-- dialect: snowflake
select net * 2 as twice, twice * qty as more from lines where twice > 1
-- twice: computed from lines.net
-- more: computed from lines.net, lines.qty
-- rows filtered by lines.net

--# Redshift's alias loses to a column
-- dialect: redshift
select qty + 1 as net, net * 2 as twice, nonet * 2 as four, net as nonet from lines
-- net: computed from lines.qty
-- twice: computed from lines.net
-- four: unknown
-- nonet: renamed from lines.net
-- unresolved four: nonet

--# Databricks' alias
-- dialect: databricks
select coalesce(net, 0) as clean, clean / qty as price from lines
-- clean: computed from lines.net
-- price: computed from lines.net, lines.qty
