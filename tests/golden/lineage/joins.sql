-- table lines(id, product_id, net, qty)
-- table products(product_id, name varchar, price)
-- table stores(store_id, city varchar)

--# The condition of a join decides rows, not values
select l.net, p.name from lines as l join products as p on l.product_id = p.product_id
-- net: copied from lines.net
-- name: copied from products.name
-- rows joined on lines.product_id, products.product_id

--# Every kind of join joins
select l.net from lines as l
left join products as p on l.product_id = p.product_id
right join stores as s on s.store_id = l.id
-- net: copied from lines.net
-- rows joined on lines.product_id, products.product_id, stores.store_id, lines.id

--# A condition is named where it is written
select l.net from lines as l full join stores as s on l.id = s.store_id
-- net: copied from lines.net
-- rows joined on lines.id: l.id = s.store_id
-- rows joined on stores.store_id

--# Everything in the condition joins, also a range and a filter
select net from lines as l left join products as p on l.net between p.price and p.price * 2 and p.name = 'x'
-- net: copied from lines.net
-- rows joined on lines.net, products.price, products.name

--# A cross join joins on nothing
select net, city from lines cross join stores
-- net: copied from lines.net
-- city: copied from stores.city

--# A comma joins on nothing and the filter filters
select net, name from lines as l, products as p where l.product_id = p.product_id and p.price > 0
-- net: copied from lines.net
-- name: copied from products.name
-- rows filtered by lines.product_id, products.product_id, products.price

--# Columns that only one relation has need no qualifier
select qty, price from lines join products on lines.product_id = products.product_id
-- qty: copied from lines.qty
-- price: copied from products.price
-- rows joined on lines.product_id, products.product_id

--# A relation that is joined with itself is one relation
select a.net as first, b.net as second from lines as a join lines as b on a.id = b.qty
-- first: renamed from lines.net
-- second: renamed from lines.net
-- rows joined on lines.id, lines.qty

--# A join with a sub-query joins on what its columns are made from
select l.id, t.total
from lines as l
join (select product_id, sum(net) as total from lines group by product_id) as t on t.total > l.qty
-- id: copied from lines.id
-- total: aggregated from lines.net
-- rows joined on lines.net, lines.qty
-- rows grouped by lines.product_id

--# Two columns of one name come out side by side
select l.product_id, p.product_id from lines as l left join products as p on l.id = p.price
-- product_id: copied from lines.product_id
-- product_id (2): copied from products.product_id
-- rows joined on lines.id, products.price

--# Joins in brackets
select l.net, s.city
from lines as l
left join (products as p join stores as s on p.price = s.store_id) on l.product_id = p.product_id
-- net: copied from lines.net
-- city: copied from stores.city
-- rows joined on products.price, stores.store_id, lines.product_id, products.product_id

--# A positional join joins on nothing
select net, city from lines positional join stores
-- net: copied from lines.net
-- city: copied from stores.city

--# A column of the other side of a left join keeps its kind
select coalesce(p.price, l.net) as price from lines as l left join products as p on l.product_id = p.product_id
-- price: computed from products.price, lines.net
-- rows joined on lines.product_id, products.product_id
