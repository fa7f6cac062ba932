-- table lines(id, net, qty)
-- table products(id, name varchar)

--# A name that no relation has
select net, nope from lines
-- net: copied from lines.net
-- nope: unknown
-- unresolved nope: nope

--# A name that no relation has, in an expression with one that is known
select net + nope as x from lines
-- x: computed from lines.net
-- unresolved x: nope

--# A name that its relation lacks
select l.name from lines as l join products as p on l.id = p.id
-- name: unknown
-- rows joined on lines.id, products.id
-- unresolved name: l name

--# A relation that is not in scope
select x.net from lines
-- net: unknown
-- unresolved net: x.net

--# A name of a table behind its alias
select lines.net from lines as l
-- net: unknown
-- unresolved net: lines.net

--# A name that two relations have
select id, net from lines cross join products
-- id: unknown
-- net: copied from lines.net
-- unresolved id: id

--# A name that a CTE does not pass on
with slim as (select id from lines)
select net from slim
-- net: unknown
-- unresolved net: net

--# A name in a filter that no relation has
select net from lines where nope > 0 and qty > 0
-- net: copied from lines.net
-- rows filtered by lines.qty
-- unresolved: nope

--# A star of a relation that is not in scope
select net, x.* from lines
-- net: copied from lines.net
-- unresolved: x
-- incomplete

--# A CTE's unknown column is unknown to who reads it
with a as (select net, nope as x from lines)
select net, x as y from a
-- net: copied from lines.net
-- y: unknown
-- unresolved y: nope

--# An unknown column of a CTE that nobody asks for troubles nobody
with a as (select net, nope as x from lines)
select net from a
-- net: copied from lines.net

--# SQL that cannot be parsed
select net from from lines where
-- unresolved: line 1
-- incomplete

--# Several statements
select net from lines; select name from products
-- unresolved: statements
-- incomplete

--# A statement that is no query
delete from lines where net < 0
-- unresolved: query
-- incomplete

--# Another statement that is no query
create table x as select net from lines
-- unresolved: query
-- incomplete

--# Nothing but a comment
/* nothing here */
-- unresolved: query
-- incomplete
