-- depends_on: {{ ref('dim_date') }}
-- depends_on: {{ ref('dim_household') }}
-- depends_on: {{ ref('dim_product') }}
-- depends_on: {{ ref('dim_store') }}
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    **replace_partitions('week_number', 1, 53),
) }}

with

source as (
    select *
    from {{ source('complete_journey', 'transactions') }}
    where {{ in_touched_partitions(source('complete_journey', 'transactions'), 'week') }}
),

priced as (
    select
        basket_id,
        product_id,
        household_id,
        store_id,
        week as week_number,
        transaction_timestamp as sold_at,
        {{ local_date('transaction_timestamp', 'America/New_York') }} as sold_date,
        quantity as sold_quantity,

        cast(sales_value + retail_disc + coupon_match_disc as numeric(12, 2)) as list_sales_usd,
        cast(retail_disc as numeric(12, 2)) as loyalty_discount_usd,
        cast(coupon_match_disc as numeric(12, 2)) as coupon_match_discount_usd,
        cast(sales_value as numeric(12, 2)) as net_sales_usd,
        cast(coupon_disc as numeric(12, 2)) as coupon_discount_usd,
        cast(sales_value - coupon_disc as numeric(12, 2)) as paid_usd,

        {{ ratio('(sales_value + retail_disc + coupon_match_disc)', 'quantity') }} as shelf_unit_price_usd,
        {{ ratio('(sales_value + coupon_match_disc)', 'quantity') }} as loyalty_unit_price_usd,
        {{ ratio('(sales_value - coupon_disc)', 'quantity') }} as coupon_unit_price_usd,

        _batch_id,
        _loaded_at
    from source
)

select * from priced
