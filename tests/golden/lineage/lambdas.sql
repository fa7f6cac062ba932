-- table orders(id, bag int[], extra)

--# A list comprehension is computed from the list
select [x + 1 for x in bag] as l from orders
-- l: computed from orders.bag

--# A list comprehension counts its condition and other columns
select [x + extra for x in bag if x > id] as l from orders
-- l: computed from orders.bag, orders.extra, orders.id

--# The name in a list comprehension hides a column
select [id + 1 for id in bag] as l from orders
-- l: computed from orders.bag

--# A lambda is computed from the list and from the columns it reads
select list_transform(bag, x -> x + id) as l from orders
-- l: computed from orders.bag, orders.id

--# The parameter of a lambda hides a column
select list_filter(bag, id -> id > 1) as l, id from orders
-- l: computed from orders.bag
-- id: copied from orders.id

--# The newer form of a lambda
select list_transform(bag, lambda id: id + extra) as l from orders
-- l: computed from orders.bag, orders.extra

--# A lambda of two parameters
select list_reduce(bag, (id, x) -> id + x + extra) as r from orders
-- r: computed from orders.bag, orders.extra

--# A lambda inside a lambda reads the outer parameter
select list_transform(bag, x -> list_transform(bag, id -> id + x)) as l from orders
-- l: computed from orders.bag

--# Outside of its lambda the name is the column again
select list_transform(bag, extra -> extra + 1) as l, extra + 1 as e from orders
-- l: computed from orders.bag
-- e: computed from orders.extra

--# Spark's lambda
-- dialect: spark
select transform(bag, id -> id + extra) as l, aggregate(bag, 0, (acc, x) -> acc + x) as total from orders
-- l: computed from orders.bag, orders.extra
-- total: computed from orders.bag

--# Trino's lambda
-- dialect: trino
select filter(bag, id -> id > extra) as l, any_match(bag, x -> x = id) as found from orders
-- l: computed from orders.bag, orders.extra
-- found: computed from orders.bag, orders.id
