-- table lines(id, net, qty)
-- table web(id, net)

--# A CTE is seen by both branches of a union
with sold as (select id, net from lines where qty > 0)
select id from sold union all select net from sold
-- id: copied from lines.id
-- id: renamed from lines.net
-- rows filtered by lines.qty

--# A CTE of one branch is not seen by the other
(with web as (select qty as id from lines) select id from web)
union all
select id from web
-- id: renamed from lines.qty
-- id: copied from web.id

--# A union of unions in sub-queries
select x from (
    select id as x from (select id from web union all select net from lines) as a
    union all
    select qty from lines
) as b
-- x: renamed from web.id, lines.net, lines.qty

--# A window in the order of a limit
select id from lines order by row_number() over (partition by qty order by net) limit 1
-- id: copied from lines.id
-- rows limited by lines.qty, lines.net

--# An aggregate in the order of a limit
select id from lines group by id order by sum(net) desc limit 1
-- id: copied from lines.id
-- rows grouped by lines.id
-- rows limited by lines.net

--# A sub-query in a case of an aggregate
select sum(case when exists (select 1 from web as w where w.id = l.id) then net else 0 end) as net from lines as l
-- net: aggregated from lines.net, lines.id, web.id

--# A sub-query of a constant
select (select 1) as one, net in (1, 2) as listed, qty in (id, net) as either from lines
-- one: constant
-- listed: computed from lines.net
-- either: computed from lines.qty, lines.id, lines.net

--# A key that is computed in a CTE joins by what it is made from
with a as (select id + qty as k, net from lines), b as (select id * 2 as k, net as other from web)
select k, a.net, other from a join b using (k)
-- k: computed from lines.id, lines.qty
-- net: copied from lines.net
-- other: renamed from web.net
-- rows joined on lines.id, lines.qty, web.id

--# An aggregate without a group in a CTE that is joined with everything
with total as (select sum(net) as total from lines)
select w.id, w.net / total as share from web as w cross join total
-- id: copied from web.id
-- share: computed from web.net
-- share: aggregated from lines.net

--# A sub-query inside a list of values
select v.x from (values ((select max(net) from web)), (1)) as v(x)
-- x: aggregated from web.net

--# A name with the same words at every level is found at its own
select net from (select net + 1 as net from (select net * 2 as net from (select qty as net from lines) as net) as net) as net
-- net: computed from lines.qty
