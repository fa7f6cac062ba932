-- table web(id, net)
-- table shop(id, net, clerk varchar)

--# A column that is selected twice comes out twice
select net, net, id as net from web
-- net: copied from web.net
-- net (2): copied from web.net
-- net (3): renamed from web.id

--# The second column of a name in a sub-query gets a number
select * from (select w.id, s.id from web as w cross join shop as s) as pairs
-- id: copied from web.id
-- id_1: renamed from shop.id

--# A name that a sub-query has twice is the first of them
select id, id_1 as other from (select w.id, s.id from web as w cross join shop as s) as pairs
-- id: copied from web.id
-- other: renamed from shop.id

--# A star of two relations in a CTE numbers what comes twice
with pairs as (select * from web join shop on web.id = shop.id)
select * from pairs
-- id: copied from web.id
-- net: copied from web.net
-- id_1: renamed from shop.id
-- net_1: renamed from shop.net
-- clerk: copied from shop.clerk
-- rows joined on web.id, shop.id

--# A star and a column of its own in a CTE
with more as (select *, net + 1 as net from web)
select net, net_1 from more
-- net: copied from web.net
-- net_1: computed from web.net

--# Excluding what comes twice leaves one
with pairs as (select w.*, s.* exclude (id, net) from web as w join shop as s using (id))
select * from pairs
-- id: copied from web.id
-- net: copied from web.net
-- clerk: copied from shop.clerk
-- rows joined on web.id, shop.id
