with

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
),

final as (
    select
        household_id,
        coupon_upc,
        campaign_id,
        redeemed_date,
        _batch_id,
        _loaded_at
    from redemptions
)

select * from final
