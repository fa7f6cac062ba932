-- table lines(id, net, qty)
-- table products(id, name varchar)

--# A CTE with the name of a table hides the table
with lines as (select id, name as net from products)
select net from lines
-- net: renamed from products.name

--# A CTE that reads the table of its own name reads the table
with lines as (select id, net + 1 as net from lines)
select net from lines
-- net: computed from lines.net

--# A CTE that reads the table of its own name passes its star on
with lines as (select * from lines where qty > 0)
select * from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- rows filtered by lines.qty

--# A qualified name is never a CTE
-- table main.lines(id, net, qty)
with lines as (select id, name as net from products)
select a.net from main.lines as a
-- net: copied from main.lines.net

--# A CTE inside hides one outside
with a as (select id from products)
select id from (with a as (select qty as id from lines) select id from a) as inside
-- id: renamed from lines.qty

--# A CTE inside reads the one outside that it hides
with a as (select net as x from lines)
select x from (with a as (select x * 2 as x from a) select x from a) as inside
-- x: computed from lines.net

--# A hidden CTE comes back outside of the brackets
with a as (select name from products)
select a.name, b.name as other from a cross join (with a as (select qty as name from lines) select name from a) as b
-- name: copied from products.name
-- other: renamed from lines.qty

--# A CTE hides a table in a later CTE and not in an earlier one
with
    early as (select net as early from lines),
    lines as (select name as net from products),
    late as (select net as late from lines)
select early, late from early cross join late
-- early: renamed from lines.net
-- late: renamed from products.name

--# An alias hides a CTE of its name as a qualifier
with b as (select name as id from products)
select b.id from lines as b
-- id: copied from lines.id

--# An alias of a table can be the name of another table
select products.net from lines as products
-- net: copied from lines.net

--# An alias that is also a column means the relation before a dot
select net.qty from lines as net
-- qty: copied from lines.qty

--# A CTE name is compared without regard to case
with Sold as (select net as amount from lines)
select amount from SOLD
-- amount: renamed from lines.net

--# A sub-query's alias hides nothing inside of itself
select lines.twice from (select lines.net * 2 as twice from lines) as lines
-- twice: computed from lines.net
