-- table web(id, net)
-- table shop(id, gross)
-- table mail(id, day)

--# Except has the values of the left and is filtered by both
select id, net from web except all select id, gross from shop
-- id: copied from web.id
-- net: copied from web.net
-- rows filtered by web.id, web.net, shop.id, shop.gross

--# Intersect has the values of the left and is filtered by both
select id from web intersect all select id from shop
-- id: copied from web.id
-- rows filtered by web.id, shop.id

--# The filter of the right side filters
select id from web except all select id from shop where gross > 0
-- id: copied from web.id
-- rows filtered by web.id, shop.id, shop.gross

--# An except after a union filters both of its branches
select id from web union all select id from mail except all select gross from shop
-- id: copied from web.id, mail.id
-- rows filtered by web.id, mail.id, shop.gross

--# An except in brackets filters its own branch alone
select id from web union all (select id from mail except all select gross from shop)
-- id: copied from web.id, mail.id
-- rows filtered by mail.id, shop.gross

--# A constant on the right filters by the left
select id from web except all select 1
-- id: copied from web.id
-- rows filtered by web.id

--# BigQuery says distinct aloud
-- dialect: bigquery
select id from web intersect distinct select gross from shop
-- id: copied from web.id
-- rows filtered by shop.gross
-- rows grouped by web.id

--# An except in a CTE filters who reads it
with new as (select id from web except all select id from shop)
select id * 2 as twice from new
-- twice: computed from web.id
-- rows filtered by web.id, shop.id

--# Without all, the rows of the left are made distinct
select id from web except select id from shop
-- id: copied from web.id
-- rows filtered by shop.id
-- rows grouped by web.id
