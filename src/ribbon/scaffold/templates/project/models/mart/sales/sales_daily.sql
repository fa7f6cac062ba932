with

orders as (
    select *
    from {{ ref('fct_order') }}
),

summed as (
    select
        order_date,
        count(*) as order_count,
        cast(sum(unit_count) as bigint) as unit_count,
        cast(sum(sales_usd) as numeric(14, 2)) as sales_usd
    from orders
    group by order_date
)

select * from summed
