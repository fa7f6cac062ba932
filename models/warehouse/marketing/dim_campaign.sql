-- depends_on: {{ ref('dim_date') }}
with

described as (
    select
        campaign_id,
        campaign_type,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date
    from {{ source('complete_journey', 'campaign_descriptions') }}
),

named as (
    select campaign_id from described
    union distinct
    select campaign_id from {{ source('complete_journey', 'campaigns') }}
    union distinct
    select campaign_id from {{ source('complete_journey', 'coupons') }}
    union distinct
    select campaign_id from {{ source('complete_journey', 'coupon_redemptions') }}
),

final as (
    select
        named.campaign_id,
        described.campaign_type,
        described.start_date,
        described.end_date,
        cast({{ days_between('described.start_date', 'described.end_date') }} + 1 as bigint) as duration_days,
        described.campaign_id is null as is_inferred
    from named
    left join described on named.campaign_id = described.campaign_id
)

select * from final
