-- table lines(id, net, qty, day)
-- table prices(id, price, day, kind varchar)

--# A scalar sub-query counts what it selects, its filter and its correlation
select l.net, (select p.price from prices as p where p.id = l.id and p.kind = 'x') as price from lines as l
-- net: copied from lines.net
-- price: computed from prices.price, prices.id, prices.kind, lines.id

--# Only the leaf inside an aggregate is aggregated
select (select max(p.price) from prices as p where p.id = l.id) as top from lines as l
-- top: aggregated from prices.price
-- top: computed from prices.id, lines.id

--# A scalar sub-query without correlation
select net / (select sum(net) from lines) as share from lines
-- share: aggregated from lines.net

--# A name inside is the inner relation's before it is the outer's
select (select max(price) from prices where day = qty) as top from lines
-- top: aggregated from prices.price
-- top: computed from prices.day, lines.qty

--# An order with a limit inside counts as value
select (select price from prices order by day desc limit 1) as last from lines
-- last: computed from prices.price, prices.day

--# A group and a having inside count as value
select (select max(price) from prices group by kind having count(day) > 1) as x from lines
-- x: aggregated from prices.price
-- x: computed from prices.kind, prices.day

--# A join inside counts as value
select (select max(p.price) from prices as p join lines as m on m.id = p.id) as top from lines as l
-- top: aggregated from prices.price
-- top: computed from lines.id, prices.id

--# A count in a scalar sub-query is computed from its filter
select (select count(*) from prices where prices.id = lines.id) as n from lines
-- n: computed from prices.id, lines.id

--# Exists counts filter and correlation
select exists (select 1 from prices as p where p.id = l.id and p.price > 0) as has from lines as l
-- has: computed from prices.id, prices.price, lines.id

--# In counts both sides
select net, id in (select p.id from prices as p where kind = 'x') as listed from lines
-- net: copied from lines.net
-- listed: computed from lines.id, prices.id, prices.kind

--# Any counts both sides
select net > all (select price from prices) as highest from lines
-- highest: computed from lines.net, prices.price

--# An array of a query counts what it selects and its filter
select array(select price from prices where prices.id = lines.id order by day) as history from lines
-- history: computed from prices.price, prices.id, prices.day, lines.id

--# A scalar sub-query inside a function
select coalesce((select sum(price) from prices where kind = 'x'), net) as x from lines
-- x: aggregated from prices.price
-- x: computed from prices.kind, lines.net

--# The rows of a scalar sub-query are no rows of the result
select (select count(*) from prices where price > 0) as n, net from lines where qty > 0
-- n: computed from prices.price
-- net: copied from lines.net
-- rows filtered by lines.qty

--# A scalar sub-query in a scalar sub-query correlates with the outermost
select (select (select max(q.price) from prices as q where q.day = l.day) from prices as p where p.id = l.id) as x from lines as l
-- x: aggregated from prices.price
-- x: computed from prices.day, prices.id, lines.day, lines.id

--# A CTE that a scalar sub-query reads counts like the sub-query that it stands for
with cheap as (select price from prices where kind = 'x')
select (select max(price) from cheap) as top from lines
-- top: aggregated from prices.price
-- top: computed from prices.kind

--# An aggregate over a scalar sub-query
select sum((select max(price) from prices where prices.id = lines.id)) as total from lines
-- total: aggregated from prices.price, prices.id, lines.id
