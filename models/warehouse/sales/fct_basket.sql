-- depends_on: {{ ref('dim_date') }}
-- depends_on: {{ ref('dim_household') }}
-- depends_on: {{ ref('dim_store') }}
with

lines as (
    select
        basket_lines.*,
        products.is_fuel,
        -- One unit of fuel is a payment in advance, of $1 to $100; the pump meters thousandths of a gallon.
        products.is_fuel and basket_lines.sold_quantity > 1 as is_metered_fuel
    from {{ ref('fct_basket_line') }} as basket_lines
    inner join {{ ref('dim_product') }} as products on basket_lines.product_id = products.product_id
),

baskets as (
    select
        basket_id,
        household_id,
        store_id,
        week_number,
        sold_at,
        sold_date,
        count(*) as line_count,
        cast(sum(case when is_fuel then 0 else sold_quantity end) as bigint) as unit_count,
        cast(
            sum(case when is_metered_fuel then sold_quantity else 0 end) / 1000.0 as numeric(18, 3)
        ) as fuel_gal,
        cast(sum(list_sales_usd) as numeric(14, 2)) as list_sales_usd,
        cast(sum(loyalty_discount_usd) as numeric(14, 2)) as loyalty_discount_usd,
        cast(sum(coupon_match_discount_usd) as numeric(14, 2)) as coupon_match_discount_usd,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd,
        cast(sum(coupon_discount_usd) as numeric(14, 2)) as coupon_discount_usd,
        cast(sum(paid_usd) as numeric(14, 2)) as paid_usd
    from lines
    group by basket_id, household_id, store_id, week_number, sold_at, sold_date
)

select * from baskets
