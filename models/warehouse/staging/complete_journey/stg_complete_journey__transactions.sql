with

source as (
    select * from {{ source('complete_journey', 'transactions') }}
),

renamed as (
    select
        basket_id,
        product_id,
        household_id,
        store_id,

        week as week_number,
        transaction_timestamp as sold_at,
        {{ ribbon.local_date('transaction_timestamp', 'America/New_York') }} as sold_date,

        quantity as sold_quantity,
        cast(sales_value as numeric(12, 2)) as net_sales_usd,
        cast(retail_disc as numeric(12, 2)) as loyalty_discount_usd,
        cast(coupon_match_disc as numeric(12, 2)) as coupon_match_discount_usd,
        cast(coupon_disc as numeric(12, 2)) as coupon_discount_usd,

        _batch_id,
        _loaded_at
    from source
),

-- The local day decides the week; the source's own number is kept to check that against.
dated as (
    select
        *,
        {{ ribbon.iso_week_start('sold_date') }} as week_start_date
    from renamed
)

select * from dated
