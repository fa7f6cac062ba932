with

described as (
    select * from {{ ref('stg_complete_journey__campaign_descriptions') }}
),

mailings as (
    select * from {{ ref('stg_complete_journey__campaigns') }}
),

coupons as (
    select * from {{ ref('stg_complete_journey__coupons') }}
),

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
),

named as (
    select campaign_id from described
    union distinct
    select campaign_id from mailings
    union distinct
    select campaign_id from coupons
    union distinct
    select campaign_id from redemptions
),

final as (
    select
        named.campaign_id,
        described.campaign_type,
        described.start_date,
        described.end_date,
        cast({{ ribbon.days_between('described.start_date', 'described.end_date') }} + 1 as bigint) as duration_days,
        described.campaign_id is null as is_inferred
    from named
    left join described on named.campaign_id = described.campaign_id
)

select * from final
