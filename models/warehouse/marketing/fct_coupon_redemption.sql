-- depends_on: {{ ref('bridge_coupon_product') }}
-- depends_on: {{ ref('dim_campaign') }}
-- depends_on: {{ ref('dim_date') }}
-- depends_on: {{ ref('dim_household') }}
with

source as (
    select *
    from {{ source('complete_journey', 'coupon_redemptions') }}
),

final as (
    select
        household_id,
        coupon_upc,
        campaign_id,
        cast(redemption_date as date) as redeemed_date,
        _batch_id,
        _loaded_at
    from source
)

select * from final
