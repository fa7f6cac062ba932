-- table lines(id, net, qty, day date)

--# Distinct groups by every column
select distinct id, net + 1 as more from lines
-- id: copied from lines.id
-- more: computed from lines.net
-- rows grouped by lines.id, lines.net

--# Distinct of a star groups by every column of it
select distinct * exclude (day) from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- rows grouped by lines.id, lines.net, lines.qty

--# Distinct of constants groups by nothing
select distinct 1 as one from lines
-- one: constant

--# Distinct on groups by its key, and its order limits
select distinct on (id) net from lines order by id, day desc
-- net: copied from lines.net
-- rows grouped by lines.id
-- rows limited by lines.id, lines.day

--# Distinct on without an order groups by its key
select distinct on (id, qty) id, net from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- rows grouped by lines.id, lines.qty

--# Distinct inside an aggregate groups nothing
select count(distinct id) as n from lines
-- n: aggregated from lines.id

--# Distinct in a CTE groups for the whole
with ids as (select distinct id from lines)
select count(*) as n from ids
-- n: aggregated from nothing
-- rows grouped by lines.id

--# Distinct after a group groups by both
select distinct sum(net) as net from lines group by id
-- net: aggregated from lines.net
-- rows grouped by lines.id, lines.net
