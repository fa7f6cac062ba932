with

coupons as (
    select * from {{ ref('stg_complete_journey__coupons') }}
),

-- The coupon master repeats some of its lines: the same coupon, product and campaign up to a few times.
final as (
    select
        coupon_upc,
        product_id,
        campaign_id,
        count(*) as source_row_count
    from coupons
    group by coupon_upc, product_id, campaign_id
)

select * from final
