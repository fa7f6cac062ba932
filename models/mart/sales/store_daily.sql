with

baskets as (
    select * from {{ ref('fct_basket') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

summed as (
    select
        store_id,
        sold_date,
        count(*) as basket_count,
        count(distinct household_id) as household_count,
        cast(sum(line_count) as bigint) as line_count,
        cast(sum(unit_count) as bigint) as unit_count,
        cast(sum(fuel_gal) as numeric(18, 3)) as fuel_gal,
        cast(sum(list_sales_usd) as numeric(14, 2)) as list_sales_usd,
        cast(sum(loyalty_discount_usd) as numeric(14, 2)) as loyalty_discount_usd,
        cast(sum(coupon_match_discount_usd) as numeric(14, 2)) as coupon_match_discount_usd,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd,
        cast(sum(coupon_discount_usd) as numeric(14, 2)) as coupon_discount_usd,
        cast(sum(paid_usd) as numeric(14, 2)) as paid_usd
    from baskets
    group by store_id, sold_date
),

final as (
    select
        summed.store_id,
        summed.sold_date,
        dates.week_number,

        summed.basket_count,
        summed.household_count,
        summed.line_count,
        summed.unit_count,
        summed.fuel_gal,

        summed.list_sales_usd,
        summed.loyalty_discount_usd,
        summed.coupon_match_discount_usd,
        summed.net_sales_usd,
        summed.coupon_discount_usd,
        summed.paid_usd,
        cast(
            {{ ribbon.safe_divide('summed.net_sales_usd', 'summed.basket_count') }} as numeric(14, 2)
        ) as average_basket_usd
    from summed
    inner join dates on summed.sold_date = dates.date_day
)

select * from final
