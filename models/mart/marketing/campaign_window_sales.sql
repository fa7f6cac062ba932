with

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

household_sales as (
    select * from {{ ref('campaign_household_sales') }}
),

windows as (
    select
        campaign_id,
        household_segment,
        'prior' as window_type,
        prior_observed_days as observed_days,
        prior_basket_count as basket_count,
        prior_net_sales_usd as net_sales_usd
    from household_sales

    union all

    select
        campaign_id,
        household_segment,
        'campaign' as window_type,
        observed_days,
        basket_count,
        net_sales_usd
    from household_sales
),

observed as (
    select
        campaign_id,
        window_type,
        max(observed_days) as observed_days
    from windows
    group by campaign_id, window_type
),

segments as (
    select
        campaign_id,
        window_type,
        household_segment,
        count(*) as household_count,
        sum(basket_count) as basket_count,
        sum(net_sales_usd) as net_sales_usd
    from windows
    group by campaign_id, window_type, household_segment
),

window_types as (
    select 'prior' as window_type
    union all
    select 'campaign' as window_type
),

household_segments as (
    select 'reached' as household_segment
    union all
    select 'other' as household_segment
),

-- Every campaign has both windows and both segments, also those of which the data show nothing.
measured as (
    select
        campaigns.campaign_id,
        window_types.window_type,
        household_segments.household_segment,
        campaigns.duration_days,
        coalesce(observed.observed_days, 0) as observed_days,
        coalesce(segments.household_count, 0) as household_count,
        cast(coalesce(segments.basket_count, 0) as bigint) as basket_count,
        cast(coalesce(segments.net_sales_usd, 0) as numeric(14, 2)) as net_sales_usd
    from campaigns
    cross join window_types
    cross join household_segments
    left join observed
        on
            campaigns.campaign_id = observed.campaign_id
            and window_types.window_type = observed.window_type
    left join segments
        on
            campaigns.campaign_id = segments.campaign_id
            and window_types.window_type = segments.window_type
            and household_segments.household_segment = segments.household_segment
),

final as (
    select
        *,
        {{ ribbon.ratio('net_sales_usd', 'household_count * observed_days') }}
            as net_sales_per_household_day_usd
    from measured
)

select * from final
