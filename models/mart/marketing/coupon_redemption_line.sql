with

coupon_redemptions as (
    select * from {{ ref('fct_coupon_redemption') }}
),

basket_lines as (
    select * from {{ ref('fct_basket_line') }}
),

covered as (
    select * from {{ ref('bridge_coupon_product') }}
),

redemptions as (
    select distinct
        campaign_id,
        coupon_upc,
        household_id,
        redeemed_date
    from coupon_redemptions
),

discounted_lines as (
    select
        basket_id,
        product_id,
        household_id,
        sold_date,
        net_sales_usd,
        coupon_discount_usd
    from basket_lines
    where coupon_discount_usd > 0
),

-- No source says which coupon lowered which line: a redemption is tied to every line that it can have lowered.
tied as (
    select
        redemptions.campaign_id,
        redemptions.coupon_upc,
        redemptions.household_id,
        redemptions.redeemed_date,
        discounted_lines.basket_id,
        discounted_lines.product_id,
        discounted_lines.net_sales_usd,
        discounted_lines.coupon_discount_usd,
        count(*) over (partition by discounted_lines.basket_id, discounted_lines.product_id)
            as tied_redemption_count
    from redemptions
    inner join discounted_lines
        on
            redemptions.household_id = discounted_lines.household_id
            and redemptions.redeemed_date = discounted_lines.sold_date
    inner join covered
        on
            redemptions.campaign_id = covered.campaign_id
            and redemptions.coupon_upc = covered.coupon_upc
            and discounted_lines.product_id = covered.product_id
),

-- A line that several redemptions claim is split evenly between them, so that sums over redemptions count it once.
final as (
    select
        campaign_id,
        coupon_upc,
        household_id,
        redeemed_date,
        basket_id,
        product_id,
        tied_redemption_count,
        net_sales_usd,
        coupon_discount_usd,
        {{ ribbon.ratio('net_sales_usd', 'tied_redemption_count') }}
            as attributed_net_sales_usd,
        {{ ribbon.ratio('coupon_discount_usd', 'tied_redemption_count') }}
            as attributed_coupon_discount_usd
    from tied
)

select * from final
