-- table lines(id, net, qty)
-- table products(id, name varchar)

--# A star is every column in order
select * from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A star has every relation in the order of the from clause
select * from products, lines
-- id: copied from products.id
-- name: copied from products.name
-- id (2): copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A star of one relation leaves the other out
select p.*, net from lines as l join products as p on l.id = p.id
-- id: copied from products.id
-- name: copied from products.name
-- net: copied from lines.net
-- rows joined on lines.id, products.id

--# A star between other columns keeps its place
select qty as amount, lines.*, net + 1 as net from lines
-- amount: renamed from lines.qty
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- net (2): computed from lines.net

--# A star of a CTE is its columns
with priced as (select net / qty as price, id from lines)
select * from priced
-- price: computed from lines.net, lines.qty
-- id: copied from lines.id

--# A star of a star of a star is the columns
select * from (select * from (select * from products) as a) as b
-- id: copied from products.id
-- name: copied from products.name

--# A star of an alias means that copy of a table
select b.* from products as a cross join products as b
-- id: copied from products.id
-- name: copied from products.name

--# A star is asked of the whole list
select * from products
-- id: copied from products.id
-- name: copied from products.name
-- asks products for everything

--# Columns are asked by name, also those that only decide rows
select net from lines where qty > 0
-- net: copied from lines.net
-- rows filtered by lines.qty
-- asks lines for net, qty

--# DuckDB's star of a pattern has the names that match
select * like 'n%' from lines
-- net: copied from lines.net

--# DuckDB's star against a pattern has the names that do not match
select * not like 'n%' from lines
-- id: copied from lines.id
-- qty: copied from lines.qty
