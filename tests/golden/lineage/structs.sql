-- table lines(id, net, qty)
-- table orders(id, address struct(city varchar, place struct(lat double, lon double)))

--# A field of a column is computed from the column
select address.city as city, orders.address.city as town from orders
-- city: computed from orders.address
-- town: computed from orders.address

--# A field of a field is computed from the column
select address.place.lat as lat, o.address.place.lon as lon from orders as o
-- lat: computed from orders.address
-- lon: computed from orders.address

--# A star of a typed column is its fields
select address.* from orders
-- city: computed from orders.address
-- place: computed from orders.address

--# A struct is computed from what is put into it
select {'a': net, 'b': qty} as s, struct_pack(x := id, y := 1) as p from lines
-- s: computed from lines.net, lines.qty
-- p: computed from lines.id

--# A struct that is taken apart again gives the one field, as if it had never been packed
with packed as (select {'a': net, 'b': qty} as s from lines)
select s.a as net, packed.s.b as qty from packed
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A packed struct that is taken apart again gives the one field
with packed as (select struct_pack(a := net, b := qty + id) as s from lines)
select s.b as b from packed
-- b: computed from lines.qty, lines.id

--# A nested struct is taken apart by its whole path
with packed as (select {'inner': {'a': net, 'b': qty}, 'c': id} as s from lines)
select s.inner.b as b, s.c as c, s.inner as pairs from packed
-- b: renamed from lines.qty
-- c: renamed from lines.id
-- pairs: computed from lines.net, lines.qty

--# A star of a struct in a CTE gives each field its own origin
with packed as (select {'a': net, 'b': qty} as s from lines)
select s.* from packed
-- a: renamed from lines.net
-- b: renamed from lines.qty

--# An unnested struct gives each field its own origin
select unnest({'a': net, 'b': qty}) from lines
-- a: renamed from lines.net
-- b: renamed from lines.qty

--# A struct passes through CTEs before it is taken apart
with packed as (select {'a': net, 'b': qty} as s, id from lines), passed as (select s as t from packed where id > 0)
select t.a as a from passed
-- a: renamed from lines.net
-- rows filtered by lines.id

--# A field by subscript and by function
with packed as (select {'a': net, 'b': qty} as s from lines)
select s['a'] as a, struct_extract(s, 'b') as b from packed
-- a: renamed from lines.net
-- b: renamed from lines.qty

--# A field of a literal struct
select {'a': net, 'b': qty}.b as b from lines
-- b: renamed from lines.qty

--# A struct field with the name of another column does not mean that column
with packed as (select {'net': qty} as s, net from lines)
select s.net as x from packed
-- x: renamed from lines.qty

--# A relation before a struct column of the same name
with s as (select {'a': net} as s, qty as a from lines)
select s.a as x, s.s.a as y from s
-- x: renamed from lines.qty
-- y: renamed from lines.net

--# A struct through a union gives the field of each branch
with pairs as (select {'a': net, 'b': qty} as s from lines union all select {'a': id, 'b': 0} from lines)
select s.a as a from pairs
-- a: renamed from lines.net, lines.id

--# A filter by a field filters by what is in it
with packed as (select {'a': net, 'b': qty} as s from lines)
select s.a as a from packed where s.b > 0
-- a: renamed from lines.net
-- rows filtered by lines.qty

--# The star of a column of unknown type cannot be resolved
-- table raw(id, payload)
select id, payload.* from raw
-- id: copied from raw.id
-- unresolved: payload
-- incomplete
