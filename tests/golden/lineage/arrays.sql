-- table orders(id, tags varchar[], items struct(sku varchar, qty int)[], bag int[])
-- table lines(id, net, qty)

--# An array that is unnested in the from clause is a relation
select o.id, u.tag from orders as o, unnest(o.tags) as u(tag)
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# An unnested array may be named without its relation
select id, tag from orders cross join unnest(tags) as u(tag)
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# An array that is unnested in the select list multiplies rows
select id, unnest(tags) as tag from orders
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# An unnested array that is not selected multiplies rows
select id from orders, unnest(bag) as u(b)
-- id: copied from orders.id
-- rows joined on orders.bag

--# Fields of an array of structs are computed from the array
select u.item.sku as sku, item.qty as qty from orders, unnest(items) as u(item)
-- sku: computed from orders.items
-- qty: computed from orders.items
-- rows joined on orders.items

--# A recursive unnest of a typed array of structs has the fields as columns
select unnest(items, recursive := true) from orders
-- sku: computed from orders.items
-- qty: computed from orders.items
-- rows joined on orders.items

--# An unnested literal is from what is in it
select x from lines, unnest([net, qty]) as u(x)
-- x: computed from lines.net, lines.qty
-- rows joined on lines.net, lines.qty

--# An unnested list of constants is a constant
select x from unnest([1, 2, 3]) as u(x)
-- x: constant

--# An unnested series is computed from its bounds
select unnest(range(qty)) as n from lines
-- n: computed from lines.qty
-- rows joined on lines.qty

--# A filter on an element filters by the array
select id from orders, unnest(bag) as u(b) where b > 1
-- id: copied from orders.id
-- rows joined on orders.bag
-- rows filtered by orders.bag

--# An element and a slice are computed from the array, and from the index
select bag[1] as first, bag[id] as nth, bag[1:2] as two, len(tags) as n from orders
-- first: computed from orders.bag
-- nth: computed from orders.bag, orders.id
-- two: computed from orders.bag
-- n: computed from orders.tags

--# A list that is gathered and unnested again is aggregated
with gathered as (select id, list(net) as nets from lines group by id)
select id, unnest(nets) as net from gathered
-- id: copied from lines.id
-- net: aggregated from lines.net
-- rows joined on lines.net
-- rows grouped by lines.id

--# A gathered struct gives the one field of each element
with gathered as (select id, list({'net': net, 'qty': qty}) as items from lines group by id)
select u.item.qty as qty from gathered, unnest(items) as u(item)
-- qty: aggregated from lines.qty
-- rows joined on lines.net, lines.qty
-- rows grouped by lines.id

--# An array of unknown type is unnested all the same
-- table raw(id, payload)
select id, u.p as part from raw, unnest(payload) as u(p)
-- id: copied from raw.id
-- part: computed from raw.payload
-- rows joined on raw.payload
