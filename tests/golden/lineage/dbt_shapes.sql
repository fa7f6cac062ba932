-- table raw.orders(id, customer, amount, updated_at, _loaded_at)
-- table shop.snap_orders(id, amount, dbt_scd_id, dbt_valid_from, dbt_valid_to)
-- table web.orders(id, amount, channel varchar)
-- table shop.orders(id, amount)

--# A staging model
with source as (
    select * from "raw"."orders"
),
renamed as (
    select id as order_id, customer as customer_id, amount / 100.0 as amount_usd, updated_at from source
)
select * from renamed
-- order_id: renamed from raw.orders.id
-- customer_id: renamed from raw.orders.customer
-- amount_usd: computed from raw.orders.amount
-- updated_at: copied from raw.orders.updated_at

--# The surrogate key of dbt_utils
select md5(cast(coalesce(cast(id as varchar), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(customer as varchar), '_dbt_utils_surrogate_key_null_') as varchar)) as order_key
from raw.orders
-- order_key: computed from raw.orders.id, raw.orders.customer

--# The deduplication of dbt_utils
with row_numbered as (
    select _inner.*, row_number() over (partition by id order by updated_at desc) as rn from raw.orders as _inner
)
select distinct data.*
from raw.orders as data
natural join row_numbered
where row_numbered.rn = 1
-- id: copied from raw.orders.id
-- customer: copied from raw.orders.customer
-- amount: copied from raw.orders.amount
-- updated_at: copied from raw.orders.updated_at
-- _loaded_at: copied from raw.orders._loaded_at
-- rows filtered by raw.orders.id, raw.orders.updated_at
-- rows joined on raw.orders.id, raw.orders.customer, raw.orders.amount, raw.orders.updated_at, raw.orders._loaded_at
-- rows grouped by raw.orders.id, raw.orders.customer, raw.orders.amount, raw.orders.updated_at, raw.orders._loaded_at

--# The deduplication of dbt_utils on BigQuery
-- dialect: bigquery
select unique.*
from (
    select array_agg(original order by updated_at desc limit 1)[offset(0)] as unique
    from raw.orders as original
    group by customer
)
-- id: aggregated from raw.orders.id, raw.orders.updated_at
-- customer: aggregated from raw.orders.customer, raw.orders.updated_at
-- amount: aggregated from raw.orders.amount, raw.orders.updated_at
-- updated_at: aggregated from raw.orders.updated_at
-- _loaded_at: aggregated from raw.orders._loaded_at, raw.orders.updated_at
-- rows grouped by raw.orders.customer

--# The union of relations of dbt_utils
(
    select cast('web.orders' as varchar) as _dbt_source_relation, cast("id" as int) as "id", cast("amount" as int) as "amount", cast("channel" as varchar) as "channel"
    from web.orders
)
union all
(
    select cast('shop.orders' as varchar) as _dbt_source_relation, cast("id" as int) as "id", cast("amount" as int) as "amount", cast(null as varchar) as "channel"
    from shop.orders
)
-- _dbt_source_relation: constant
-- id: computed from web.orders.id, shop.orders.id
-- amount: computed from web.orders.amount, shop.orders.amount
-- channel: computed from web.orders.channel

--# The pivot of dbt_utils
select id, sum(case when channel = 'app' then 1 else 0 end) as "app", sum(case when channel = 'web' then amount else 0 end) as "web" from web.orders group by id
-- id: copied from web.orders.id
-- app: aggregated from web.orders.channel
-- web: aggregated from web.orders.channel, web.orders.amount
-- rows grouped by web.orders.id

--# The date spine of dbt_utils
with rawdata as (
    with p as (select 0 as generated_number union all select 1),
    unioned as (select p0.generated_number * power(2, 0) + p1.generated_number * power(2, 1) + 1 as generated_number from p as p0 cross join p as p1)
    select * from unioned where generated_number <= 4 order by generated_number
),
all_periods as (
    select cast('2020-01-01' as date) + cast((row_number() over (order by generated_number) - 1) as int) as date_day from rawdata
)
select * from all_periods where date_day <= '2021-01-01'
-- date_day: constant

--# The current rows of a snapshot
select id, amount from shop.snap_orders where dbt_valid_to is null
-- id: copied from shop.snap_orders.id
-- amount: copied from shop.snap_orders.amount
-- rows filtered by shop.snap_orders.dbt_valid_to

--# A join with the rows of a snapshot of that time
select o.id, s.amount from raw.orders as o
left join shop.snap_orders as s on s.id = o.id and o.updated_at >= s.dbt_valid_from and o.updated_at < coalesce(s.dbt_valid_to, '9999-12-31')
-- id: copied from raw.orders.id
-- amount: copied from shop.snap_orders.amount
-- rows joined on raw.orders.id, raw.orders.updated_at
-- rows joined on shop.snap_orders.id, shop.snap_orders.dbt_valid_from, shop.snap_orders.dbt_valid_to

--# The empty query of a unit test
select * from (select id, amount from raw.orders) as model where false limit 0
-- id: copied from raw.orders.id
-- amount: copied from raw.orders.amount

--# A fixture of a unit test
select cast(1 as int) as id, cast(null as varchar) as name union all select cast(2 as int), 'x'
-- id: constant
-- name: constant
