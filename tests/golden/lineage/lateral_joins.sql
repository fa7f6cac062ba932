-- table lines(id, net, qty, tags varchar[])
-- table products(id, name varchar, price)

--# A lateral sub-query computes with columns before it
select l.id, v.twice from lines as l, lateral (select l.net * 2 as twice) as v
-- id: copied from lines.id
-- twice: computed from lines.net

--# A lateral sub-query that only computes decides no rows
select v.price from lines as l cross join lateral (select l.net / l.qty as price) as v
-- price: computed from lines.net, lines.qty

--# Lateral sub-queries build on each other
select b.y from lines as l, lateral (select l.net + 1 as x) as a, lateral (select a.x * l.qty as y) as b
-- y: computed from lines.net, lines.qty

--# DuckDB needs no word for a lateral sub-query
select m from lines as l cross join (select l.net + 1 as m) as v
-- m: computed from lines.net

--# The filter of a lateral sub-query correlates
select l.id, p.name from lines as l, lateral (select name from products as q where q.id = l.qty) as p
-- id: copied from lines.id
-- name: copied from products.name
-- rows joined on lines.qty
-- rows filtered by products.id

--# A column inside wins over one before
select v.id as inner_id from lines as l, lateral (select id from products where price > net) as v
-- inner_id: renamed from products.id
-- rows joined on lines.net
-- rows filtered by products.price

--# An unnest after a lateral sub-query
select u.t from lines as l, lateral (select l.tags as t2) as v, unnest(v.t2) as u(t)
-- t: computed from lines.tags
-- rows joined on lines.tags

--# A series up to a column multiplies rows by it
select l.id, g.n from lines as l, generate_series(1, l.qty) as g(n)
-- id: copied from lines.id
-- n: computed from lines.qty
-- rows joined on lines.qty

--# SQL Server's cross apply and outer apply are lateral
-- dialect: tsql
select l.id, v.price, w.half from lines as l
cross apply (select l.net / l.qty as price) as v
outer apply (select v.price / 2 as half) as w
-- id: copied from lines.id
-- price: computed from lines.net, lines.qty
-- half: computed from lines.net, lines.qty
