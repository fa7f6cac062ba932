{{ config(
    materialized='incremental',
    on_schema_change='fail',
    **ribbon.replace_partitions('week_start_date'),
) }}

with

transactions as (
    select *
    from {{ ref('stg_complete_journey__transactions') }}
    where {{ ribbon.in_touched_partitions(ref('stg_complete_journey__transactions'), 'week_start_date') }}
),

priced as (
    select
        basket_id,
        product_id,
        household_id,
        store_id,
        week_start_date,
        week_number,
        sold_at,
        sold_date,
        sold_quantity,

        cast(net_sales_usd + loyalty_discount_usd + coupon_match_discount_usd as numeric(12, 2)) as list_sales_usd,
        loyalty_discount_usd,
        coupon_match_discount_usd,
        net_sales_usd,
        coupon_discount_usd,
        cast(net_sales_usd - coupon_discount_usd as numeric(12, 2)) as paid_usd,

        {{ ribbon.ratio('(net_sales_usd + loyalty_discount_usd + coupon_match_discount_usd)', 'sold_quantity') }}
            as shelf_unit_price_usd,
        {{ ribbon.ratio('(net_sales_usd + coupon_match_discount_usd)', 'sold_quantity') }} as loyalty_unit_price_usd,
        {{ ribbon.ratio('(net_sales_usd - coupon_discount_usd)', 'sold_quantity') }} as coupon_unit_price_usd,

        _batch_id,
        _loaded_at
    from transactions
)

select * from priced
