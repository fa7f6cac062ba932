-- table warehouse.sales(id, day, net, updated_at)
-- table mart.daily(id, day, net, loaded_at)

--# An incremental model reads its own last value
select day, net from warehouse.sales where day > (select coalesce(max(day), 0) from mart.daily)
-- day: copied from warehouse.sales.day
-- net: copied from warehouse.sales.net
-- rows filtered by warehouse.sales.day, mart.daily.day

--# The first run of an incremental model does not
select day, net from warehouse.sales
-- day: copied from warehouse.sales.day
-- net: copied from warehouse.sales.net

--# An incremental model that joins itself has values of itself
select s.day, s.net - coalesce(t.net, 0) as change from warehouse.sales as s left join mart.daily as t on t.day = s.day
-- day: copied from warehouse.sales.day
-- change: computed from warehouse.sales.net, mart.daily.net
-- rows joined on warehouse.sales.day, mart.daily.day

--# An incremental model that keeps what it has
with new as (select id, day, net from warehouse.sales where updated_at > 5),
kept as (select id, day, net from mart.daily where id not in (select id from new))
select * from new union all select * from kept
-- id: copied from warehouse.sales.id, mart.daily.id
-- day: copied from warehouse.sales.day, mart.daily.day
-- net: copied from warehouse.sales.net, mart.daily.net
-- rows filtered by warehouse.sales.updated_at, warehouse.sales.id, mart.daily.id

--# An incremental model with its last value in a CTE that is joined
with last as (select max(day) as day from mart.daily)
select s.net from warehouse.sales as s cross join last where s.day > last.day
-- net: copied from warehouse.sales.net
-- rows filtered by warehouse.sales.day, mart.daily.day

--# A window over new and old rows
select id, sum(net) over (partition by id order by day) as running
from (select id, day, net from warehouse.sales union all select id, day, net from mart.daily) as rows
-- id: copied from warehouse.sales.id, mart.daily.id
-- running: computed from warehouse.sales.net, warehouse.sales.id, warehouse.sales.day
-- running: computed from mart.daily.net, mart.daily.id, mart.daily.day
