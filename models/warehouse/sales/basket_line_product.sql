{{ config(materialized='view') }}

with

lines as (
    select * from {{ ref('fct_basket_line') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

measured as (
    select
        lines.basket_id,
        lines.product_id,
        lines.household_id,
        lines.store_id,
        lines.week_start_date,
        lines.week_number,
        lines.sold_at,
        lines.sold_date,

        products.department_name,
        products.category_name,
        products.type_name,
        products.brand_type,
        products.is_fuel,
        products.is_inferred,

        lines.sold_quantity,
        case when products.is_fuel then 0 else lines.sold_quantity end as unit_count,
        -- One unit of fuel is a payment in advance, of $1 to $100; the pump meters thousandths of a gallon.
        cast(
            case when products.is_fuel and lines.sold_quantity > 1 then lines.sold_quantity / 1000.0 else 0 end
            as numeric(18, 3)
        ) as fuel_gal,

        lines.list_sales_usd,
        lines.loyalty_discount_usd,
        lines.coupon_match_discount_usd,
        lines.net_sales_usd,
        lines.coupon_discount_usd,
        lines.paid_usd
    from lines
    inner join products on lines.product_id = products.product_id
)

select * from measured
