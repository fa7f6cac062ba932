-- table lines(id, net, qty, sku varchar)
-- table products(id, name varchar, price)

--# Every column of a condition filters
select net from lines where (qty > 0 or sku = 'x') and not net is null
-- net: copied from lines.net
-- rows filtered by lines.qty, lines.sku, lines.net

--# A condition is named in parts where it has parts
select net from lines where lines.qty > 0 and lines.sku = 'x'
-- net: copied from lines.net
-- rows filtered by lines.qty: lines.qty > 0
-- rows filtered by lines.sku: lines.sku = 'x'

--# A condition that is always true filters by nothing
select net from lines where 1 = 1 and true
-- net: copied from lines.net

--# A filter on a column filters by the column, not by its source's other columns
select x from (select net as x, qty as y from lines) as s where y > 0
-- x: renamed from lines.net
-- rows filtered by lines.qty

--# Filters at several levels add up
select x from (select net as x, id from (select * from lines where sku = 'x') as a where qty > 0) as b where id > 0
-- x: renamed from lines.net
-- rows filtered by lines.sku, lines.qty, lines.id

--# The same column can filter, join and group
select l.id, sum(net) as net from lines as l join products as p on p.id = l.id where l.id > 0 group by l.id
-- id: copied from lines.id
-- net: aggregated from lines.net
-- rows filtered by lines.id
-- rows joined on lines.id, products.id
-- rows grouped by lines.id

--# A filter by an expression of two relations
select l.net from lines as l, products as p where l.net > p.price * l.qty
-- net: copied from lines.net
-- rows filtered by lines.net, products.price, lines.qty

--# A filter on what a window computes in a sub-query
select id from (select id, lag(net) over (order by qty) as before from lines) as w where before > 1
-- id: copied from lines.id
-- rows filtered by lines.net, lines.qty

--# Oracle's and Snowflake's walk of a tree
-- dialect: snowflake
-- table nodes(id, parent)
select id from nodes start with parent is null connect by parent = prior id
-- id: copied from nodes.id
-- rows filtered by nodes.parent, nodes.id
