-- table orders(id, payload, items, tags)

--# Snowflake's lateral flatten gives values of its input
-- dialect: snowflake
select o.id, f.value as item, f.value:sku::string as sku from orders as o, lateral flatten(input => o.items) as f
-- id: copied from orders.id
-- item: computed from orders.items
-- sku: computed from orders.items
-- rows joined on orders.items

--# Snowflake's table of flatten with a path
-- dialect: snowflake
select id, value:qty as qty from orders, table(flatten(input => payload, path => 'items'))
-- id: copied from orders.id
-- qty: computed from orders.payload
-- rows joined on orders.payload

--# Snowflake's flatten of a flatten
-- dialect: snowflake
select g.value as part from orders, lateral flatten(input => items) as f, lateral flatten(input => f.value:parts) as g
-- part: computed from orders.items
-- rows joined on orders.items

--# Snowflake's path into a column
-- dialect: snowflake
select payload:customer.name::string as name, payload['a'][0] as first from orders where payload:x is not null
-- name: computed from orders.payload
-- first: computed from orders.payload
-- rows filtered by orders.payload

--# Spark's lateral view of an array
-- dialect: spark
select id, tag from orders lateral view explode(tags) t as tag
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# Spark's lateral view of a map, outer
-- dialect: spark
select id, e.key, e.val from orders lateral view outer explode(payload) e as key, val
-- id: copied from orders.id
-- key: computed from orders.payload
-- val: computed from orders.payload
-- rows joined on orders.payload

--# Spark's lateral views build on each other
-- dialect: spark
select part from orders lateral view explode(items) a as item lateral view explode(item.parts) b as part
-- part: computed from orders.items
-- rows joined on orders.items

--# Spark's explode in the select list multiplies rows
-- dialect: spark
select id, explode(tags) as tag from orders
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags

--# Databricks' path into a column
-- dialect: databricks
select payload:customer.name as name from orders
-- name: computed from orders.payload

--# Redshift unnests by naming the array
-- dialect: redshift
select o.id, i.sku, tag from orders as o, o.items as i, o.tags as tag
-- id: copied from orders.id
-- sku: computed from orders.items
-- tag: computed from orders.tags
-- rows joined on orders.items, orders.tags

--# Trino's unnest with ordinality
-- dialect: trino
select id, tag, n from orders cross join unnest(tags) with ordinality as t(tag, n)
-- id: copied from orders.id
-- tag: computed from orders.tags
-- n: constant
-- rows joined on orders.tags

--# Athena's unnest of a map has two columns
-- dialect: athena
select id, k, v from orders cross join unnest(payload) as t(k, v)
-- id: copied from orders.id
-- k: computed from orders.payload
-- v: computed from orders.payload
-- rows joined on orders.payload

--# Postgres' set of rows in the from clause
-- dialect: postgres
select o.id, e.value ->> 'sku' as sku from orders as o cross join lateral jsonb_array_elements(o.items) as e(value)
-- id: copied from orders.id
-- sku: computed from orders.items
-- rows joined on orders.items

--# Postgres' function whose alias is its column
-- dialect: postgres
select o.id, item ->> 'sku' as sku from orders as o, jsonb_array_elements(o.items) as item
-- id: copied from orders.id
-- sku: computed from orders.items
-- rows joined on orders.items

--# ClickHouse's array join
-- dialect: clickhouse
select id, tag from orders array join tags as tag
-- id: copied from orders.id
-- tag: computed from orders.tags
-- rows joined on orders.tags
