-- dialect: bigquery
-- table lines(id, net, qty)
-- table orders(id int64, address struct<city string, place struct<lat float64, lon float64>>)

--# A path of fields is computed from the column
select address.city, o.address.place.lat as lat from orders as o
-- city: computed from orders.address
-- lat: computed from orders.address

--# A struct names its fields
with packed as (select struct(net as a, qty as b) as s from lines)
select s.a, s.b as amount from packed
-- a: renamed from lines.net
-- amount: renamed from lines.qty

--# A struct names its fields after columns
with packed as (select struct(net, qty) as s from lines)
select s.qty from packed
-- qty: copied from lines.qty

--# A typed struct names its fields in its type
with packed as (select struct<a int64, b int64>(net, qty) as s from lines)
select s.b from packed
-- b: renamed from lines.qty

--# A star of a struct gives each field its own origin
with packed as (select id, struct(net as a, qty as b) as s from lines)
select id, s.* from packed
-- id: copied from lines.id
-- a: renamed from lines.net
-- b: renamed from lines.qty

--# A star of a struct leaves a field out
with packed as (select struct(net as a, qty as b) as s from lines)
select s.* except (a) from packed
-- b: renamed from lines.qty

--# A star of a typed column is its fields
select id, address.* from orders
-- id: copied from orders.id
-- city: computed from orders.address
-- place: computed from orders.address

--# A relation as a value is a struct of its columns
select l as line from lines as l
-- line: computed from lines.id, lines.net, lines.qty

--# A whole row that is taken apart again gives the one column
with packed as (select l as line from lines as l)
select line.net from packed
-- net: copied from lines.net

--# The last of an array of whole rows gives the one column
with packed as (select id, array_agg(l order by qty desc limit 1)[offset(0)] as line from lines as l group by id)
select line.net from packed
-- net: aggregated from lines.net, lines.qty
-- rows grouped by lines.id

--# Select as struct inside an array names the fields
with packed as (select array(select as struct net, qty from lines) as items)
select i.qty from packed, unnest(items) as i
-- qty: computed from lines.qty
-- rows joined on lines.net, lines.qty

--# A field in a filter, in brackets
select id from orders where (address).city = 'x'
-- id: copied from orders.id
-- rows filtered by orders.address
