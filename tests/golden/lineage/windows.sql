-- table lines(id, net, qty, day date)

--# A window counts its argument, its partition and its order
select sum(net) over (partition by id order by day) as running from lines
-- running: computed from lines.net, lines.id, lines.day

--# A number of rows counts partition and order
select row_number() over (partition by id order by net desc) as n from lines
-- n: computed from lines.id, lines.net

--# A count of rows over a partition is computed from the partition
select count(*) over (partition by qty) as n from lines
-- n: computed from lines.qty

--# A lag counts its default
select lag(net, 1, qty) over (order by day) as before from lines
-- before: computed from lines.net, lines.qty, lines.day

--# A frame counts the columns in it
select sum(net) over (order by day rows between qty preceding and current row) as s from lines
-- s: computed from lines.net, lines.day, lines.qty

--# A named window counts
select max(net) over w as top from lines window w as (partition by id order by day)
-- top: computed from lines.net, lines.id, lines.day

--# A named window that nobody uses counts for nothing
select net from lines window w as (partition by id order by day)
-- net: copied from lines.net

--# A named window that is extended counts both parts
select max(net) over (w order by day) as top from lines window w as (partition by id)
-- top: computed from lines.net, lines.id, lines.day

--# Two named windows stay apart
select max(net) over a as x, max(net) over b as y from lines window a as (partition by id), b as (partition by qty)
-- x: computed from lines.net, lines.id
-- y: computed from lines.net, lines.qty

--# A window over aggregates is aggregated where the leaf is
select id, sum(sum(net)) over (partition by id) as total from lines group by id, qty
-- id: copied from lines.id
-- total: aggregated from lines.net
-- total: computed from lines.id
-- rows grouped by lines.id, lines.qty

--# A rank by an aggregate
select rank() over (order by sum(net) desc) as place from lines group by id
-- place: aggregated from lines.net
-- rows grouped by lines.id

--# Nulls to ignore and a filter count
select sum(net) filter (where qty > 0) over (order by day) as s, last_value(net ignore nulls) over (order by day) as l from lines
-- s: computed from lines.net, lines.qty, lines.day
-- l: computed from lines.net, lines.day

--# A window in an expression with other columns
select net / sum(net) over (partition by id) as share from lines
-- share: computed from lines.net, lines.id

--# A window does not change the rows
select *, row_number() over (partition by id order by day) as n from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- day: copied from lines.day
-- n: computed from lines.id, lines.day

--# A window by an alias of the select list
select date_trunc('month', day) as month, sum(net) over (partition by month) as total from lines
-- month: computed from lines.day
-- total: computed from lines.net, lines.day
