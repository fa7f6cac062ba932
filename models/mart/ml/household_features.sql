{#- Every feature is as of the end of the cut-off day, so each source is filtered by its days before the cut-off: 0 is the
    cut-off day itself, which features still see; days below zero belong to the label alone. -#}
{% set cutoff = 'cast(' ~ sql_literal(var('ml_cutoff_date')) ~ ' as date)' %}
{% set windows = [91, 28] %}

with

baskets as (
    select
        fct_basket.*,
        dates.is_weekend,
        {{ days_between('fct_basket.sold_date', cutoff) }} as days_before_cutoff
    from {{ ref('fct_basket') }} as fct_basket
    inner join {{ ref('dim_date') }} as dates on fct_basket.sold_date = dates.date_day
),

lines as (
    select
        household_id,
        net_sales_usd,
        is_fuel,
        brand_type = 'Private' as is_private_brand,
        case when sold_quantity > 0 then product_id end as bought_product_id,
        case when sold_quantity > 0 and not is_inferred then department_name end as bought_department_name
    from {{ ref('basket_line_product') }}
    where {{ days_between('sold_date', cutoff) }} >= 0
),

trips as (
    select
        household_id,
        min(days_before_cutoff) as recency_days,
        max(days_before_cutoff) as tenure_days,
        count(*) as basket_count,
        {% for days in windows %}
            cast(sum(case when days_before_cutoff < {{ days }} then 1 else 0 end) as bigint) as last_{{ days }}_days_basket_count,
            cast(
                sum(case when days_before_cutoff < {{ days }} then net_sales_usd else 0 end) as numeric(14, 2)
            ) as last_{{ days }}_days_net_sales_usd,
        {% endfor %}
        count(distinct store_id) as store_count,
        {{ ratio('sum(case when is_weekend then 1 else 0 end)', 'count(*)') }} as weekend_basket_share,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd,
        cast({{ safe_divide('sum(net_sales_usd)', 'count(*)') }} as numeric(14, 2)) as average_basket_usd,
        {{ ratio('sum(unit_count)', 'count(*)') }} as average_unit_count,
        {{ ratio('sum(list_sales_usd - paid_usd)', 'sum(list_sales_usd)') }} as discount_share
    from baskets
    where days_before_cutoff >= 0
    group by household_id
),

assortments as (
    select
        household_id,
        count(distinct bought_product_id) as product_count,
        count(distinct bought_department_name) as department_count,
        {{ ratio('sum(case when is_fuel then net_sales_usd else 0 end)', 'sum(net_sales_usd)') }} as fuel_sales_share,
        {{ ratio(
            'sum(case when is_private_brand and not is_fuel then net_sales_usd else 0 end)',
            'sum(case when is_fuel then 0 else net_sales_usd end)',
        ) }} as private_brand_sales_share
    from lines
    group by household_id
),

redemptions as (
    select
        household_id,
        count(*) as coupon_redemption_count
    from {{ ref('fct_coupon_redemption') }}
    where {{ days_between('redeemed_date', cutoff) }} >= 0
    group by household_id
),

-- Nobody recorded when a mailing arrived: a campaign counts from the day it starts.
campaigns as (
    select
        received.household_id,
        count(*) as campaign_count,
        cast(
            sum(case when {{ days_between(cutoff, 'described.end_date') }} >= 0 then 1 else 0 end) as bigint
        ) as active_campaign_count
    from {{ ref('fct_campaign_household') }} as received
    inner join {{ ref('dim_campaign') }} as described on received.campaign_id = described.campaign_id
    where {{ days_between('described.start_date', cutoff) }} >= 0
    group by received.household_id
),

labels as (
    select
        household_id,
        count(*) as label_basket_count,
        count(distinct sold_date) as label_active_days,
        sum(net_sales_usd) as label_net_sales_usd
    from baskets
    where days_before_cutoff between -28 and -1
    group by household_id
),

-- Until the lake holds all 28 days, nobody's label is known, and a missing one must not pass for a zero.
label_window as (
    select min(days_before_cutoff) <= -28 as is_over
    from baskets
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

        case when label_window.is_over then coalesce(labels.label_basket_count, 0) end as label_basket_count,
        case when label_window.is_over then coalesce(labels.label_active_days, 0) end as label_active_days,
        cast(
            case when label_window.is_over then coalesce(labels.label_net_sales_usd, 0) end as numeric(14, 2)
        ) as label_net_sales_usd
    from trips
    cross join label_window
    inner join {{ ref('dim_household') }} as households on trips.household_id = households.household_id
    inner join assortments on trips.household_id = assortments.household_id
    left join redemptions on trips.household_id = redemptions.household_id
    left join campaigns on trips.household_id = campaigns.household_id
    left join labels on trips.household_id = labels.household_id
)

select * from final
