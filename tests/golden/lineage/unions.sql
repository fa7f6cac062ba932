-- table web(id, net, day)
-- table shop(id, gross, day, clerk)
-- table mail(day, id)

--# A union takes names from its first branch and values from all
select id, net from web union all select id, gross from shop
-- id: copied from web.id
-- id: copied from shop.id
-- net: copied from web.net
-- net: renamed from shop.gross

--# A union goes by place, not by name
select id, day from web union all select day, id from mail
-- id: copied from web.id
-- id: renamed from mail.day
-- day: copied from web.day
-- day: renamed from mail.id

--# A union of stars goes by place
select * from mail union all select id, day from shop
-- day: copied from mail.day
-- day: renamed from shop.id
-- id: copied from mail.id
-- id: renamed from shop.day

--# A union of three has the origins of three
select id from web union all select id from shop union all select day from mail
-- id: copied from web.id, shop.id
-- id: renamed from mail.day

--# A constant in one branch leaves the other's origins
select net, 'web' as channel from web union all select 0, clerk from shop
-- net: copied from web.net
-- channel: renamed from shop.clerk

--# Each branch has a kind of its own
select net as x from web union all select sum(gross) from shop
-- x: renamed from web.net
-- x: aggregated from shop.gross

--# A branch's filter counts for the whole
select id from web where net > 0 union all select id from shop where gross > 0
-- id: copied from web.id, shop.id
-- rows filtered by web.net, shop.gross

--# A union without all groups by every column of every branch
select id, net from web union select id, gross from shop
-- id: copied from web.id, shop.id
-- net: copied from web.net
-- net: renamed from shop.gross
-- rows grouped by web.id, web.net, shop.id, shop.gross

--# A union with all after one without leaves the last branch ungrouped
select id from web union select id from shop union all select id from mail
-- id: copied from web.id, shop.id, mail.id
-- rows grouped by web.id, shop.id

--# A union without all after one with all groups by everything
select id from web union all select id from shop union select id from mail
-- id: copied from web.id, shop.id, mail.id
-- rows grouped by web.id, shop.id, mail.id

--# Brackets decide what a union without all groups
select id from web union all (select id from shop union select id from mail)
-- id: copied from web.id, shop.id, mail.id
-- rows grouped by shop.id, mail.id

--# The same relation in both branches is one origin
select net from web union all select -net from web
-- net: computed from web.net

--# A union in a CTE with a list of names
with pairs(key, amount) as (select id, net from web union all select id, gross from shop)
select amount from pairs
-- amount: renamed from web.net, shop.gross

--# A union of different lengths cannot be resolved
select id, net from web union all select id from mail
-- id: unknown
-- net: unknown
-- unresolved id: union
-- unresolved net: union

--# An order with a limit after a union limits by its columns
select id, net from web union all select id, gross from shop order by net limit 3
-- id: copied from web.id, shop.id
-- net: copied from web.net
-- net: renamed from shop.gross
-- rows limited by web.net, shop.gross

--# A union of CTEs in brackets
with a as (select net from web), b as (select gross from shop)
(select net from a) union all (select gross from b)
-- net: copied from web.net
-- net: renamed from shop.gross

--# A union inside a from clause
select u.x + 1 as y from (select net as x from web union all select gross from shop) as u
-- y: computed from web.net, shop.gross

--# BigQuery says distinct aloud
-- dialect: bigquery
select id from web union distinct select id from shop
-- id: copied from web.id, shop.id
-- rows grouped by web.id, shop.id
