-- table lines(id, net, qty)
-- table products(id, name varchar)
-- table raw.events(?)

--# Only what is read is asked for
select net from lines
-- net: copied from lines.net
-- asks lines for net

--# Filters, joins and groups ask
select l.net from lines as l join products as p on l.id = p.id where l.qty > 0 group by all
-- net: copied from lines.net
-- rows filtered by lines.qty
-- rows joined on lines.id, products.id
-- rows grouped by lines.net
-- asks lines for id, net, qty
-- asks products for id

--# A star asks for everything
select * exclude (net) from lines
-- id: copied from lines.id
-- qty: copied from lines.qty
-- asks lines for everything

--# A name without a qualifier asks every relation that could have it
select name from lines cross join products
-- name: copied from products.name
-- asks lines for name
-- asks products for name

--# A name that is not found was asked for
select nope from lines
-- nope: unknown
-- unresolved nope: nope
-- asks lines for nope

--# A path that is not found may have been a field of a column
select lines.nope from lines
-- nope: unknown
-- unresolved nope: nope
-- asks lines for lines, nope

--# A natural join asks for everything
select net from lines natural join products
-- net: copied from lines.net
-- rows joined on lines.id, products.id
-- asks lines for everything
-- asks products for everything

--# Columns by pattern ask for everything
select columns('n.*') from lines
-- net: copied from lines.net
-- asks lines for everything
