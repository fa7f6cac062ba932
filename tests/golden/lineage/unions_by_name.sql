-- table web(id, net, day)
-- table shop(net, id, clerk)

--# By name the place does not count
select id, net from web union all by name select net, id from shop
-- id: copied from web.id, shop.id
-- net: copied from web.net, shop.net

--# By name columns that one side lacks come from the other
select id, day from web union all by name select clerk, id from shop
-- id: copied from web.id, shop.id
-- day: copied from web.day
-- clerk: copied from shop.clerk

--# By name of stars
select * from web union all by name select * from shop
-- id: copied from web.id, shop.id
-- net: copied from web.net, shop.net
-- day: copied from web.day
-- clerk: copied from shop.clerk

--# By name goes by alias
select net as amount from web union all by name select clerk as net, net as AMOUNT from shop
-- amount: renamed from web.net, shop.net
-- net: renamed from shop.clerk

--# By name without all groups by all
select id from web union by name select clerk from shop
-- id: copied from web.id
-- clerk: copied from shop.clerk
-- rows grouped by web.id, shop.clerk

--# By name of three
select id from web union all by name select net from shop union all by name select id, clerk from shop
-- id: copied from web.id, shop.id
-- net: copied from shop.net
-- clerk: copied from shop.clerk

--# BigQuery's by name
-- dialect: bigquery
select id, net from web union all by name select net, id from shop
-- id: copied from web.id, shop.id
-- net: copied from web.net, shop.net

--# BigQuery's full union by name adds columns
-- dialect: bigquery
select id, day from web full union all by name select clerk, id from shop
-- id: copied from web.id, shop.id
-- day: copied from web.day
-- clerk: copied from shop.clerk

--# BigQuery's left union by name keeps the columns of the left
-- dialect: bigquery
select id, day from web left union all by name select clerk, id from shop
-- id: copied from web.id, shop.id
-- day: copied from web.day

--# BigQuery's inner union by name keeps the columns of both
-- dialect: bigquery
select id, day from web inner union all by name select clerk, id from shop
-- id: copied from web.id, shop.id
