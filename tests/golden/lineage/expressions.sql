-- table lines(id, net, qty)

--# An expression is told as it is written in its dialect
select coalesce(lines.net, 0) as net, cast(lines.qty as varchar) as qty from lines
-- net: computed from lines.net by coalesce(lines.net, 0)
-- qty: computed from lines.qty by cast(lines.qty as text)

--# A copied or renamed column has no expression
select net, id as key from lines
-- net: copied from lines.net
-- key: renamed from lines.id

--# Each step is told once, renamings not at all
with
    a as (select lines.net + 1 as x from lines),
    b as (select a.x as y from a),
    c as (select b.y * 2 as z from b)
select abs(c.z) as w from c
-- w: computed from lines.net by abs(c.z) <- b.y * 2 <- lines.net + 1

--# Each origin has the steps of its own way
select s.a + s.b as total from (select lines.net * 2 as a, lines.qty * 3 as b from lines) as s
-- total: computed from lines.net by s.a + s.b <- lines.net * 2
-- total: computed from lines.qty by s.a + s.b <- lines.qty * 3

--# A constant tells its expression
select 1 + 1 as two, current_date as today from lines
-- two: constant by 1 + 1
-- today: constant by current_date

--# BigQuery's expressions stay BigQuery's
-- dialect: bigquery
select safe_cast(lines.net as string) as net from lines
-- net: computed from lines.net by safe_cast(lines.net as string)

--# Snowflake's expressions stay Snowflake's
-- dialect: snowflake
select lines.net::varchar as net, iff(lines.qty > 0, 1, 0) as sold from lines
-- net: computed from lines.net by cast(lines.net as varchar)
-- sold: computed from lines.qty by iff(lines.qty > 0, 1, 0)
