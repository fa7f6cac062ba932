with

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

coupon_products as (
    select * from {{ ref('bridge_coupon_product') }}
),

coupon_redemptions as (
    select * from {{ ref('fct_coupon_redemption') }}
),

mailings as (
    select * from {{ ref('fct_campaign_household') }}
),

redemption_lines as (
    select * from {{ ref('coupon_redemption_line') }}
),

listed as (
    select
        campaign_id,
        coupon_upc,
        count(*) as covered_product_count
    from coupon_products
    group by campaign_id, coupon_upc
),

redeemed as (
    select
        campaign_id,
        coupon_upc,
        count(*) as redemption_count,
        count(distinct household_id) as redeeming_household_count
    from coupon_redemptions
    group by campaign_id, coupon_upc
),

-- A redeemed coupon that the coupon master lacks keeps its row, so that no redemption is lost.
coupons as (
    select
        campaign_id,
        coupon_upc
    from listed
    union distinct
    select
        campaign_id,
        coupon_upc
    from redeemed
),

reached as (
    select
        campaign_id,
        count(*) as reached_household_count
    from mailings
    group by campaign_id
),

tied_redemptions as (
    select
        campaign_id,
        coupon_upc,
        count(*) as line_count,
        sum(attributed_net_sales_usd) as net_sales_usd,
        sum(attributed_coupon_discount_usd) as coupon_discount_usd
    from redemption_lines
    group by campaign_id, coupon_upc, household_id, redeemed_date
),

tied as (
    select
        campaign_id,
        coupon_upc,
        count(*) as redemption_count,
        sum(line_count) as line_count,
        sum(net_sales_usd) as net_sales_usd,
        sum(coupon_discount_usd) as coupon_discount_usd
    from tied_redemptions
    group by campaign_id, coupon_upc
),

measured as (
    select
        coupons.campaign_id,
        coupons.coupon_upc,
        campaigns.campaign_type,
        coalesce(listed.covered_product_count, 0) as covered_product_count,
        coalesce(reached.reached_household_count, 0) as reached_household_count,
        coalesce(redeemed.redeeming_household_count, 0) as redeeming_household_count,
        coalesce(redeemed.redemption_count, 0) as redemption_count,
        coalesce(tied.redemption_count, 0) as tied_redemption_count,
        cast(coalesce(tied.line_count, 0) as bigint) as tied_line_count,
        cast(coalesce(tied.net_sales_usd, 0) as numeric(14, 2)) as attributed_net_sales_usd,
        cast(coalesce(tied.coupon_discount_usd, 0) as numeric(14, 2)) as attributed_coupon_discount_usd
    from coupons
    left join campaigns on coupons.campaign_id = campaigns.campaign_id
    left join reached on coupons.campaign_id = reached.campaign_id
    left join listed
        on
            coupons.campaign_id = listed.campaign_id
            and coupons.coupon_upc = listed.coupon_upc
    left join redeemed
        on
            coupons.campaign_id = redeemed.campaign_id
            and coupons.coupon_upc = redeemed.coupon_upc
    left join tied
        on
            coupons.campaign_id = tied.campaign_id
            and coupons.coupon_upc = tied.coupon_upc
),

final as (
    select
        campaign_id,
        coupon_upc,
        campaign_type,
        covered_product_count,

        reached_household_count,
        redeeming_household_count,
        redemption_count,
        {{ ribbon.ratio('redeeming_household_count', 'reached_household_count') }}
            as redemption_rate,

        tied_redemption_count,
        {{ ribbon.ratio('tied_redemption_count', 'redemption_count') }}
            as tied_redemption_share,
        tied_line_count,
        attributed_net_sales_usd,
        attributed_coupon_discount_usd,
        {{ ribbon.ratio('attributed_coupon_discount_usd', 'tied_redemption_count') }}
            as average_coupon_discount_usd
    from measured
)

select * from final
