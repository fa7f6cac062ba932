-- table lines(id, net, qty)
-- table returns(line_id, reason varchar, cost)

--# In filters by both sides and the filter inside
select net from lines where id in (select line_id from returns where reason = 'x')
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id, returns.reason

--# Not in filters by the same
select net from lines where id not in (select line_id from returns)
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id

--# Exists filters by its filter and correlation, not by what it selects
select net from lines as l where exists (select r.cost from returns as r where r.line_id = l.id)
-- net: copied from lines.net
-- rows filtered by returns.line_id, lines.id

--# Not exists with a star filters by its filter alone
select net from lines as l where not exists (select * from returns as r where r.line_id = l.id and r.cost > l.qty)
-- net: copied from lines.net
-- rows filtered by returns.line_id, lines.id, returns.cost, lines.qty

--# A scalar sub-query in a comparison filters by its columns
select net from lines where net > (select avg(cost) from returns where reason = 'x')
-- net: copied from lines.net
-- rows filtered by lines.net, returns.cost, returns.reason

--# A name that only the outer relation has is the outer one, even inside
select net from lines where id in (select id from returns)
-- net: copied from lines.net
-- rows filtered by lines.id

--# A group and a having inside filter
select net from lines where id in (select line_id from returns group by line_id having sum(cost) > 5)
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id, returns.cost

--# A join inside filters
select net from lines where id in (select r.line_id from returns as r join lines as m on m.qty = r.cost)
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id, lines.qty, returns.cost

--# A union inside filters by both branches
select net from lines where id in (select line_id from returns union all select cost from returns)
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id, returns.cost

--# A tuple filters by each part
select net from lines where (id, qty) in (select line_id, cost from returns)
-- net: copied from lines.net
-- rows filtered by lines.id, lines.qty, returns.line_id, returns.cost

--# A sub-query in having filters
select id, sum(net) as net from lines group by id having sum(qty) > (select max(cost) from returns)
-- id: copied from lines.id
-- net: aggregated from lines.net
-- rows filtered by lines.qty, returns.cost
-- rows grouped by lines.id

--# A sub-query in a join's condition joins
select l.net from lines as l join returns as r on r.line_id = (select max(m.id) from lines as m)
-- net: copied from lines.net
-- rows joined on returns.line_id, lines.id

--# A CTE read in a filter filters
with bad as (select line_id from returns where reason = 'x')
select net from lines where id in (select line_id from bad)
-- net: copied from lines.net
-- rows filtered by lines.id, returns.line_id, returns.reason

--# A sub-query in a sub-query correlates with the outermost
select net from lines as l
where exists (select 1 from returns as r where exists (select 1 from lines as m where m.qty = r.cost and m.id = l.id))
-- net: copied from lines.net
-- rows filtered by lines.qty, returns.cost, lines.id
