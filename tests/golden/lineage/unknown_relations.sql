-- table lines(id, net, qty)
-- table raw.events(?)

--# A relation that nobody knows is a leaf by its name
select id, o.amount * 2 as twice from raw.orders as o where o.state = 'paid'
-- id: copied from raw.orders.id
-- twice: computed from raw.orders.amount
-- rows filtered by raw.orders.state

--# A quoted relation that nobody knows is named without quotes
select id from "raw"."Orders"
-- id: copied from raw.Orders.id

--# A relation of unknown columns has what is asked of it
select id, at as time from raw.events where kind = 'x'
-- id: copied from raw.events.id
-- time: renamed from raw.events.at
-- rows filtered by raw.events.kind

--# A star of a relation of unknown columns is not complete
select *, net as amount from raw.events
-- amount: renamed from raw.events.net
-- unresolved: raw.events
-- incomplete

--# A star of a relation that nobody knows is not complete
select * from raw.orders
-- unresolved: raw.orders
-- incomplete

--# A star of unknown columns is what the result is known to have
-- names: id, at
select * from raw.events
-- id: copied from raw.events.id
-- at: copied from raw.events.at

--# Names tell what a star has beside other columns
-- names: id, at, twice
select *, id * 2 as twice from raw.events
-- id: copied from raw.events.id
-- at: copied from raw.events.at
-- twice: computed from raw.events.id

--# A star that passes through a CTE has what is asked of it
with events as (select * from raw.events where kind = 'x')
select id, at as time from events
-- id: copied from raw.events.id
-- time: renamed from raw.events.at
-- rows filtered by raw.events.kind

--# A star with an expression beside it prefers the expression
with events as (select *, upper(kind) as loud from raw.events)
select loud, kind from events
-- loud: computed from raw.events.kind
-- kind: copied from raw.events.kind

--# A name that the known relation lacks is the unknown one's
select net, at from lines join raw.events on lines.id = line_id
-- net: copied from lines.net
-- at: copied from raw.events.at
-- rows joined on lines.id, raw.events.line_id

--# A name that two unknown relations may have cannot be resolved
select at from raw.events cross join raw.orders
-- at: unknown
-- unresolved at: at

--# A star of a known and an unknown relation is complete as far as asked
with pairs as (select lines.*, e.* from lines join raw.events as e on lines.id = e.line_id)
select net, at from pairs
-- net: copied from lines.net
-- at: copied from raw.events.at
-- rows joined on lines.id, raw.events.line_id

--# A star that leaves columns out of an unknown relation does not have them
with slim as (select * exclude (secret) from raw.events)
select id, secret from slim
-- id: copied from raw.events.id
-- secret: unknown
-- unresolved secret: secret

--# A star that replaces a column of an unknown relation
-- names: id, at
select * replace (at::date as at) from raw.events
-- id: copied from raw.events.id
-- at: computed from raw.events.at

--# A union of two unknown stars has what is asked of both
with pairs as (select * from raw.events union all by name select * from raw.orders)
select id from pairs
-- id: copied from raw.events.id, raw.orders.id
