-- table lines(id, net, qty, day date)

--# Qualify filters by its window
select net from lines qualify row_number() over (partition by id order by day desc) = 1
-- net: copied from lines.net
-- rows filtered by lines.id, lines.day

--# Qualify by an alias filters by what it is made from
select net, row_number() over (partition by id order by day) as n from lines qualify n = 1
-- net: copied from lines.net
-- n: computed from lines.id, lines.day
-- rows filtered by lines.id, lines.day

--# Qualify by a plain condition
select net from lines qualify sum(qty) over (partition by id) > net
-- net: copied from lines.net
-- rows filtered by lines.qty, lines.id, lines.net

--# Qualify with a named window
select net from lines window w as (partition by id order by day) qualify row_number() over w = 1
-- net: copied from lines.net
-- rows filtered by lines.id, lines.day

--# The older way filters by the same
select net from (select net, row_number() over (partition by id order by day) as n from lines) as numbered where n = 1
-- net: copied from lines.net
-- rows filtered by lines.id, lines.day

--# A number that is not asked for filters nothing
select net from (select net, row_number() over (partition by id order by day) as n from lines) as numbered
-- net: copied from lines.net

--# Snowflake's qualify after a group
-- dialect: snowflake
select id, sum(net) as total from lines group by id qualify rank() over (order by sum(net) desc) <= 3
-- id: copied from lines.id
-- total: aggregated from lines.net
-- rows filtered by lines.net
-- rows grouped by lines.id

--# BigQuery's qualify
-- dialect: bigquery
select * from lines where qty > 0 qualify row_number() over (partition by id order by day) = 1
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- day: copied from lines.day
-- rows filtered by lines.qty, lines.id, lines.day
