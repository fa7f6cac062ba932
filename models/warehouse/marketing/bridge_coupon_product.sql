-- depends_on: {{ ref('dim_campaign') }}
-- depends_on: {{ ref('dim_product') }}
with

source as (
    select *
    from {{ source('complete_journey', 'coupons') }}
),

-- The coupon master repeats some of its lines: the same coupon, product and campaign up to a few times.
final as (
    select
        coupon_upc,
        product_id,
        campaign_id,
        count(*) as source_row_count
    from source
    group by coupon_upc, product_id, campaign_id
)

select * from final
