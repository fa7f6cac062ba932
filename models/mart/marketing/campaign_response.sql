{#- With fewer households than this on either side, a campaign is marked as too small for its interval to be trusted. -#}
{% set minimum_household_count = var('campaign_response_minimum_household_count', 30) %}
{% set change = 'net_sales_usd - prior_net_sales_usd' %}
{#- Of a standard normal: 95 % lie between minus and plus this. -#}
{% set z = 1.959964 %}

with

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

windows as (
    select * from {{ ref('campaign_window_sales') }}
),

household_sales as (
    select * from {{ ref('campaign_household_sales') }}
),

redemptions as (
    select * from {{ ref('fct_coupon_redemption') }}
),

redeemed as (
    select
        campaign_id,
        count(*) as redemption_count,
        count(distinct household_id) as redeeming_household_count
    from redemptions
    group by campaign_id
),

-- The segments are other households, so the variance of the difference of their means is the sum of the two.
spreads as (
    select
        campaign_id,
        {{ ribbon.variance_of_mean("case when household_segment = 'reached' then " ~ change ~ " end") }}
        + {{ ribbon.variance_of_mean("case when household_segment = 'other' then " ~ change ~ " end") }} as difference_variance
    from household_sales
    group by campaign_id
),

compared as (
    select
        campaigns.*,
        reached.observed_days,
        reached_prior.observed_days as prior_observed_days,
        -- Whole windows are equally long; without dates there is none.
        coalesce(
            reached.observed_days = campaigns.duration_days
            and reached_prior.observed_days = campaigns.duration_days, false
        ) as has_whole_windows,

        reached.household_count as reached_household_count,
        other.household_count as other_household_count,
        coalesce(redeemed.redeeming_household_count, 0) as redeeming_household_count,
        coalesce(redeemed.redemption_count, 0) as redemption_count,
        spreads.difference_variance,

        reached.net_sales_usd as reached_net_sales_usd,
        reached_prior.net_sales_usd as reached_prior_net_sales_usd,
        other.net_sales_usd as other_net_sales_usd,
        other_prior.net_sales_usd as other_prior_net_sales_usd,
        reached.net_sales_per_household_day_usd as reached_net_sales_per_household_day_usd,
        reached_prior.net_sales_per_household_day_usd as reached_prior_net_sales_per_household_day_usd,
        other.net_sales_per_household_day_usd as other_net_sales_per_household_day_usd,
        other_prior.net_sales_per_household_day_usd as other_prior_net_sales_per_household_day_usd
    from campaigns
    inner join windows as reached
        on
            campaigns.campaign_id = reached.campaign_id
            and reached.household_segment = 'reached'
            and reached.window_type = 'campaign'
    inner join windows as reached_prior
        on
            campaigns.campaign_id = reached_prior.campaign_id
            and reached_prior.household_segment = 'reached'
            and reached_prior.window_type = 'prior'
    inner join windows as other
        on
            campaigns.campaign_id = other.campaign_id
            and other.household_segment = 'other'
            and other.window_type = 'campaign'
    inner join windows as other_prior
        on
            campaigns.campaign_id = other_prior.campaign_id
            and other_prior.household_segment = 'other'
            and other_prior.window_type = 'prior'
    left join redeemed on campaigns.campaign_id = redeemed.campaign_id
    left join spreads on campaigns.campaign_id = spreads.campaign_id
),

-- A change between windows of unequal length would mislead, so there is none.
changed as (
    select
        *,
        case
            when has_whole_windows
                then reached_net_sales_per_household_day_usd - reached_prior_net_sales_per_household_day_usd
        end as reached_change_usd,
        case
            when has_whole_windows
                then other_net_sales_per_household_day_usd - other_prior_net_sales_per_household_day_usd
        end as other_change_usd,
        case
            when has_whole_windows then {{ ribbon.square_root('difference_variance') }} / duration_days
        end as difference_error_usd
    from compared
),

final as (
    select
        campaign_id,
        campaign_type,
        start_date,
        end_date,
        duration_days,
        observed_days,
        prior_observed_days,
        has_whole_windows,
        reached_household_count >= {{ minimum_household_count }}
        and other_household_count >= {{ minimum_household_count }} as has_enough_households,

        reached_household_count,
        other_household_count,
        redeeming_household_count,
        redemption_count,
        {{ ribbon.ratio('redeeming_household_count', 'reached_household_count') }}
            as redemption_rate,
        {{ ribbon.wilson_bound('redeeming_household_count', 'reached_household_count', -z) }} as lower_redemption_rate,
        {{ ribbon.wilson_bound('redeeming_household_count', 'reached_household_count', z) }} as upper_redemption_rate,

        reached_net_sales_usd,
        reached_prior_net_sales_usd,
        other_net_sales_usd,
        other_prior_net_sales_usd,
        reached_net_sales_per_household_day_usd,
        reached_prior_net_sales_per_household_day_usd,
        other_net_sales_per_household_day_usd,
        other_prior_net_sales_per_household_day_usd,

        cast(reached_change_usd - other_change_usd as numeric(18, 6)) as difference_in_differences_usd,
        cast(difference_error_usd as numeric(18, 6)) as difference_in_differences_error_usd,
        cast(reached_change_usd - other_change_usd - {{ z }} * difference_error_usd as numeric(18, 6))
            as lower_difference_in_differences_usd,
        cast(reached_change_usd - other_change_usd + {{ z }} * difference_error_usd as numeric(18, 6))
            as upper_difference_in_differences_usd,
        {{ ribbon.ratio('reached_change_usd', 'reached_prior_net_sales_per_household_day_usd') }}
            as reached_change_ratio,
        {{ ribbon.ratio('other_change_usd', 'other_prior_net_sales_per_household_day_usd') }}
            as other_change_ratio
    from changed
)

select * from final
