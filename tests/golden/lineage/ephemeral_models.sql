-- table __dbt__cte__clean(id, net)
-- table lines(id, net, qty)

--# The CTE of an ephemeral model is that model, not what is in it
with __dbt__cte__clean as (select id, net * 2 as net from lines where qty > 0)
select id, net as amount from __dbt__cte__clean
-- id: copied from __dbt__cte__clean.id
-- amount: renamed from __dbt__cte__clean.net

--# A star of an ephemeral model is its columns
with __dbt__cte__clean as (select id, net from lines), final as (select * from __dbt__cte__clean)
select * from final
-- id: copied from __dbt__cte__clean.id
-- net: copied from __dbt__cte__clean.net

--# An ephemeral model joins with a table
with __dbt__cte__clean as (select id, net from lines)
select l.qty, c.net from lines as l join __dbt__cte__clean as c on c.id = l.id
-- qty: copied from lines.qty
-- net: copied from __dbt__cte__clean.net
-- rows joined on __dbt__cte__clean.id, lines.id

--# An ephemeral model that another one reads is no part of the query
with
    __dbt__cte__raw as (select id, net from lines where qty > 0),
    __dbt__cte__clean as (select id, net from __dbt__cte__raw)
select net from __dbt__cte__clean
-- net: copied from __dbt__cte__clean.net

--# The CTE of an ephemeral model that nobody declared is a CTE
with __dbt__cte__other as (select net * 2 as net from lines where qty > 0)
select net from __dbt__cte__other
-- net: computed from lines.net
-- rows filtered by lines.qty
