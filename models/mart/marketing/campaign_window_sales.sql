with

campaigns as (
    select *
    from {{ ref('dim_campaign') }}
),

covered as (
    select
        min(sold_date) as first_date,
        max(sold_date) as last_date
    from {{ ref('fct_basket') }}
),

observed_calendar as (
    select calendar.date_day
    from {{ ref('dim_date') }} as calendar
    inner join covered on calendar.date_day between covered.first_date and covered.last_date
),

-- Day 0 is the campaign's first day: it takes the days 0 to duration - 1, the window before it -duration to -1.
counted_days as (
    select
        campaigns.campaign_id,
        campaigns.duration_days,
        observed_calendar.date_day,
        {{ days_between('campaigns.start_date', 'observed_calendar.date_day') }} as day_number
    from campaigns
    cross join observed_calendar
),

window_days as (
    select
        campaign_id,
        date_day,
        case when day_number < 0 then 'prior' else 'campaign' end as window_type
    from counted_days
    where day_number >= -duration_days and day_number < duration_days
),

observed as (
    select
        campaign_id,
        window_type,
        count(*) as observed_days
    from window_days
    group by campaign_id, window_type
),

segments as (
    select
        campaigns.campaign_id,
        households.household_id,
        case when reached.household_id is null then 'other' else 'reached' end as household_segment
    from campaigns
    cross join {{ ref('dim_household') }} as households
    left join {{ ref('fct_campaign_household') }} as reached
        on
            campaigns.campaign_id = reached.campaign_id
            and households.household_id = reached.household_id
),

segment_sizes as (
    select
        campaign_id,
        household_segment,
        count(*) as household_count
    from segments
    group by campaign_id, household_segment
),

sales as (
    select
        window_days.campaign_id,
        window_days.window_type,
        segments.household_segment,
        count(*) as basket_count,
        sum(baskets.net_sales_usd) as net_sales_usd
    from window_days
    inner join {{ ref('fct_basket') }} as baskets on window_days.date_day = baskets.sold_date
    inner join segments
        on
            window_days.campaign_id = segments.campaign_id
            and baskets.household_id = segments.household_id
    group by window_days.campaign_id, window_days.window_type, segments.household_segment
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
grid as (
    select
        campaigns.campaign_id,
        campaigns.duration_days,
        window_types.window_type,
        household_segments.household_segment
    from campaigns
    cross join window_types
    cross join household_segments
),

measured as (
    select
        grid.campaign_id,
        grid.window_type,
        grid.household_segment,
        grid.duration_days,
        coalesce(observed.observed_days, 0) as observed_days,
        coalesce(segment_sizes.household_count, 0) as household_count,
        coalesce(sales.basket_count, 0) as basket_count,
        cast(coalesce(sales.net_sales_usd, 0) as numeric(14, 2)) as net_sales_usd
    from grid
    left join observed
        on
            grid.campaign_id = observed.campaign_id
            and grid.window_type = observed.window_type
    left join segment_sizes
        on
            grid.campaign_id = segment_sizes.campaign_id
            and grid.household_segment = segment_sizes.household_segment
    left join sales
        on
            grid.campaign_id = sales.campaign_id
            and grid.window_type = sales.window_type
            and grid.household_segment = sales.household_segment
),

final as (
    select
        *,
        {{ ratio('net_sales_usd', 'household_count * observed_days') }}
            as net_sales_per_household_day_usd
    from measured
)

select * from final
