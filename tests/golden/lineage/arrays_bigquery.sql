-- dialect: bigquery
-- table orders(id int64, tags array<string>, items array<struct<sku string, qty int64>>, payload)
-- table lines(id, net, qty)

--# The alias of an unnested array is its element
select id, tag from orders, unnest(tags) as tag
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# Fields of an array of structs
select o.id, i.sku, i.qty as amount from orders as o cross join unnest(o.items) as i
-- id: copied from orders.id
-- sku: computed from orders.items
-- amount: computed from orders.items
-- rows joined on orders.items

--# Fields of an array of structs without the alias
select id, sku from orders, unnest(items)
-- id: copied from orders.id
-- sku: computed from orders.items
-- rows joined on orders.items

--# A star of an unnested array of structs has its fields
select i.* from orders, unnest(items) as i
-- sku: computed from orders.items
-- qty: computed from orders.items
-- rows joined on orders.items

--# An offset is a place, from no value
select id, tag, n from orders, unnest(tags) as tag with offset as n
-- id: copied from orders.id
-- tag: computed from orders.tags
-- n: constant
-- rows joined on orders.tags

--# An offset without a name is called offset
select tag, offset from orders, unnest(tags) as tag with offset
-- tag: computed from orders.tags
-- offset: constant
-- rows joined on orders.tags

--# A left join of an array
select id, tag from orders left join unnest(tags) as tag
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# An array in the from clause without unnest
select o.id, i.sku from orders as o, o.items as i
-- id: copied from orders.id
-- sku: computed from orders.items
-- rows joined on orders.items

--# An array of unknown type gives its parts
select id, p.key, p.value.string_value as text from orders, unnest(payload) as p
-- id: copied from orders.id
-- key: computed from orders.payload
-- text: computed from orders.payload
-- rows joined on orders.payload

--# A value of an array in a scalar sub-query
select id, (select value from unnest(payload) where key = 'x') as x from orders
-- id: copied from orders.id
-- x: computed from orders.payload

--# An array is made of a query
select id, array(select l.net from lines as l where l.id = o.id) as nets from orders as o
-- id: copied from orders.id
-- nets: computed from lines.net, lines.id, orders.id

--# An element that is in an array filters
select id from orders where 'x' in unnest(tags)
-- id: copied from orders.id
-- rows filtered by orders.tags

--# An array of structs is gathered and one field taken
with gathered as (select id, array_agg(struct(net, qty)) as items from lines group by id)
select i.qty from gathered, unnest(items) as i
-- qty: aggregated from lines.qty
-- rows joined on lines.net, lines.qty
-- rows grouped by lines.id

--# A field that a typed array of structs lacks cannot be resolved
select i.price from orders, unnest(items) as i
-- price: unknown
-- rows joined on orders.items
-- unresolved price: price

--# A generated array of dates is from its bounds
select day from unnest(generate_date_array('2020-01-01', current_date())) as day
-- day: constant
