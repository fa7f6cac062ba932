with

source as (
    select *
    from {{ source('shop', 'orders') }}
),

renamed as (
    select
        order_id,
        cast(ordered_at as date) as order_date,
        item as item_name,
        quantity as unit_count,
        cast(quantity * price_usd as numeric(14, 2)) as sales_usd
    from source
)

select * from renamed
