with

lines as (
    select * from {{ ref('basket_line_product') }}
),

baskets as (
    select
        basket_id,
        household_id,
        store_id,
        week_start_date,
        week_number,
        sold_at,
        sold_date,
        count(*) as line_count,
        cast(sum(unit_count) as bigint) as unit_count,
        cast(sum(fuel_gal) as numeric(18, 3)) as fuel_gal,
        cast(sum(list_sales_usd) as numeric(14, 2)) as list_sales_usd,
        cast(sum(loyalty_discount_usd) as numeric(14, 2)) as loyalty_discount_usd,
        cast(sum(coupon_match_discount_usd) as numeric(14, 2)) as coupon_match_discount_usd,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd,
        cast(sum(coupon_discount_usd) as numeric(14, 2)) as coupon_discount_usd,
        cast(sum(paid_usd) as numeric(14, 2)) as paid_usd
    from lines
    group by basket_id, household_id, store_id, week_start_date, week_number, sold_at, sold_date
)

select * from baskets
