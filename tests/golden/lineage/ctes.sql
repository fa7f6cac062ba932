-- table lines(id, net, qty)
-- table products(id, name varchar)

--# A chain of CTEs is walked through
with
    source as (select * from lines),
    renamed as (select id as line_id, net as net_usd from source),
    final as (select line_id, net_usd * 2 as twice from renamed)
select * from final
-- line_id: renamed from lines.id
-- twice: computed from lines.net

--# What a CTE filters, joins and groups counts for the whole
with
    sold as (select * from lines where qty > 0),
    named as (select p.name, s.net from sold as s join products as p on p.id = s.id),
    totals as (select name, sum(net) as net from named group by name)
select * from totals
-- name: copied from products.name
-- net: aggregated from lines.net
-- rows filtered by lines.qty
-- rows joined on lines.id, products.id
-- rows grouped by products.name

--# A CTE that nobody reads contributes nothing
with unread as (select id from products where name = 'x')
select net from lines
-- net: copied from lines.net

--# A CTE that only an unread one reads contributes nothing
with
    first as (select id from products where name = 'x'),
    second as (select id from first where id > 0)
select net from lines
-- net: copied from lines.net

--# A CTE that is read for one column contributes all its rows
with sold as (select id, net from lines where qty > 0)
select id from sold
-- id: copied from lines.id
-- rows filtered by lines.qty

--# A CTE that is read without any of its columns contributes its rows
with one as (select id from products where name = 'x')
select l.net from lines as l cross join one
-- net: copied from lines.net
-- rows filtered by products.name

--# A CTE that is read twice is one relation under two names
with sold as (select id, net, qty from lines)
select a.net as first, b.qty as second from sold as a join sold as b on a.id = b.qty
-- first: renamed from lines.net
-- second: renamed from lines.qty
-- rows joined on lines.id, lines.qty

--# A filter on a computed column of a CTE filters by what it is computed from
with totals as (select id, sum(net) as total from lines group by id)
select id from totals where total > 5
-- id: copied from lines.id
-- rows filtered by lines.net
-- rows grouped by lines.id

--# A filter on a constant of a CTE filters by nothing
with marked as (select net, 'web' as channel from lines)
select net from marked where channel = 'web'
-- net: copied from lines.net

--# A list of names renames the columns of a CTE
with renamed(line_id, amount) as (select id, net from lines)
select amount, line_id from renamed
-- amount: renamed from lines.net
-- line_id: renamed from lines.id

--# A list of names that swaps names is followed by place
with swapped(qty, net) as (select net, qty from lines)
select net, qty from swapped
-- net: renamed from lines.qty
-- qty: renamed from lines.net

--# A list of names names expressions
with doubled(id, twice) as (select id, net * 2 from lines)
select * from doubled
-- id: copied from lines.id
-- twice: computed from lines.net

--# A CTE inside a sub-query is walked through
select x from (with doubled as (select net * 2 as x from lines) select x from doubled) as inside
-- x: computed from lines.net

--# An expression in a CTE that the result does not use leaves no trace
with wide as (select id, net * qty as unused from lines)
select id from wide
-- id: copied from lines.id

--# A materialized CTE is a CTE
with sold as materialized (select id from lines)
select id from sold
-- id: copied from lines.id
