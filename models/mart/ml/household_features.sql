{#- Every feature is as of the end of the cut-off day, so each source is filtered by its days before the cut-off: 0 is the
    cut-off day itself, which features still see; days below zero belong to the label alone. -#}
{% set cutoff = 'cast(' ~ ribbon.sql_literal(var('ml_cutoff_date')) ~ ' as date)' %}

with

baskets as (
    select * from {{ ref('fct_basket') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

basket_lines as (
    select * from {{ ref('basket_line_product') }}
),

coupon_redemptions as (
    select * from {{ ref('fct_coupon_redemption') }}
),

mailings as (
    select * from {{ ref('fct_campaign_household') }}
),

described as (
    select * from {{ ref('dim_campaign') }}
),

households as (
    select * from {{ ref('dim_household') }}
),

-- Until the lake holds all 28 days of the label it is not known of any household, and must not pass for a zero.
counted as (
    select
        baskets.*,
        dates.is_weekend,
        {{ ribbon.days_between('baskets.sold_date', cutoff) }} as days_before_cutoff,
        min({{ ribbon.days_between('baskets.sold_date', cutoff) }}) over () <= -28 as has_label
    from baskets
    inner join dates on baskets.sold_date = dates.date_day
),

trips as (
    select
        household_id,
        has_label,
        min(days_before_cutoff) as recency_days,
        max(days_before_cutoff) as tenure_days,
        count(*) as basket_count,
        {% for days in [91, 28] %}
            cast(sum(case when days_before_cutoff < {{ days }} then 1 else 0 end) as bigint) as last_{{ days }}_days_basket_count,
            cast(sum(case when days_before_cutoff < {{ days }} then net_sales_usd else 0 end) as numeric(14, 2))
                as last_{{ days }}_days_net_sales_usd,
        {% endfor %}
        count(distinct store_id) as store_count,
        {{ ribbon.ratio('sum(case when is_weekend then 1 else 0 end)', 'count(*)') }} as weekend_basket_share,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd,
        cast({{ ribbon.safe_divide('sum(net_sales_usd)', 'count(*)') }} as numeric(14, 2)) as average_basket_usd,
        {{ ribbon.ratio('sum(unit_count)', 'count(*)') }} as average_unit_count,
        {{ ribbon.ratio('sum(list_sales_usd - paid_usd)', 'sum(list_sales_usd)') }} as discount_share
    from counted
    where days_before_cutoff >= 0
    group by household_id, has_label
),

assortments as (
    select
        household_id,
        count(distinct case when sold_quantity > 0 then product_id end) as product_count,
        count(distinct case when sold_quantity > 0 and not is_inferred then department_name end) as department_count,
        {{ ribbon.ratio('sum(case when is_fuel then net_sales_usd else 0 end)', 'sum(net_sales_usd)') }} as fuel_sales_share,
        {{ ribbon.ratio("sum(case when brand_type = 'Private' and not is_fuel then net_sales_usd else 0 end)",
            'sum(case when is_fuel then 0 else net_sales_usd end)') }} as private_brand_sales_share
    from basket_lines
    where {{ ribbon.days_between('sold_date', cutoff) }} >= 0
    group by household_id
),

redemptions as (
    select
        household_id,
        count(*) as coupon_redemption_count
    from coupon_redemptions
    where {{ ribbon.days_between('redeemed_date', cutoff) }} >= 0
    group by household_id
),

-- Nobody recorded when a mailing arrived: a campaign counts from the day it starts.
campaigns as (
    select
        mailings.household_id,
        count(*) as campaign_count,
        cast(sum(case when {{ ribbon.days_between(cutoff, 'described.end_date') }} >= 0 then 1 else 0 end) as bigint)
            as active_campaign_count
    from mailings
    inner join described on mailings.campaign_id = described.campaign_id
    where {{ ribbon.days_between('described.start_date', cutoff) }} >= 0
    group by mailings.household_id
),

labels as (
    select
        household_id,
        count(*) as label_basket_count,
        count(distinct sold_date) as label_active_days,
        sum(net_sales_usd) as label_net_sales_usd
    from counted
    where days_before_cutoff between -28 and -1
    group by household_id
),

final as (
    select
        trips.household_id,
        {{ cutoff }} as cutoff_date,
        trips.recency_days,
        trips.tenure_days,
        trips.basket_count,
        trips.last_91_days_basket_count,
        trips.last_28_days_basket_count,
        trips.weekend_basket_share,
        trips.store_count,
        trips.net_sales_usd,
        trips.last_91_days_net_sales_usd,
        trips.last_28_days_net_sales_usd,
        trips.average_basket_usd,
        trips.average_unit_count,
        trips.discount_share,
        assortments.product_count,
        assortments.department_count,
        assortments.fuel_sales_share,
        assortments.private_brand_sales_share,
        coalesce(redemptions.coupon_redemption_count, 0) as coupon_redemption_count,
        coalesce(campaigns.campaign_count, 0) as campaign_count,
        coalesce(campaigns.active_campaign_count, 0) as active_campaign_count,
        households.has_demographics,
        households.age_band,
        households.income_band,
        households.home_ownership_status,
        households.marital_status,
        households.household_size_band,
        households.household_composition,
        households.kids_count_band,
        case when trips.has_label then coalesce(labels.label_basket_count, 0) end as label_basket_count,
        case when trips.has_label then coalesce(labels.label_active_days, 0) end as label_active_days,
        cast(case when trips.has_label then coalesce(labels.label_net_sales_usd, 0) end as numeric(14, 2))
            as label_net_sales_usd
    from trips
    inner join households on trips.household_id = households.household_id
    inner join assortments on trips.household_id = assortments.household_id
    left join redemptions on trips.household_id = redemptions.household_id
    left join campaigns on trips.household_id = campaigns.household_id
    left join labels on trips.household_id = labels.household_id
)

select * from final
