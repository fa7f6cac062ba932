with

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

households as (
    select * from {{ ref('dim_household') }}
),

mailings as (
    select * from {{ ref('fct_campaign_household') }}
),

baskets as (
    select * from {{ ref('fct_basket') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

covered as (
    select
        min(sold_date) as first_date,
        max(sold_date) as last_date
    from baskets
),

observed_calendar as (
    select dates.date_day
    from dates
    inner join covered on dates.date_day between covered.first_date and covered.last_date
),

-- Day 0 is the campaign's first day: it takes the days 0 to duration - 1, the window before it -duration to -1.
counted_days as (
    select
        campaigns.campaign_id,
        campaigns.duration_days,
        observed_calendar.date_day,
        {{ ribbon.days_between('campaigns.start_date', 'observed_calendar.date_day') }} as day_number
    from campaigns
    cross join observed_calendar
),

window_days as (
    select
        campaign_id,
        date_day,
        day_number < 0 as is_prior
    from counted_days
    where day_number >= -duration_days and day_number < duration_days
),

observed as (
    select
        campaign_id,
        sum(case when is_prior then 0 else 1 end) as observed_days,
        sum(case when is_prior then 1 else 0 end) as prior_observed_days
    from window_days
    group by campaign_id
),

sales as (
    select
        window_days.campaign_id,
        baskets.household_id,
        sum(case when window_days.is_prior then 0 else 1 end) as basket_count,
        sum(case when window_days.is_prior then 1 else 0 end) as prior_basket_count,
        sum(case when window_days.is_prior then 0 else baskets.net_sales_usd end) as net_sales_usd,
        sum(case when window_days.is_prior then baskets.net_sales_usd else 0 end) as prior_net_sales_usd
    from window_days
    inner join baskets on window_days.date_day = baskets.sold_date
    group by window_days.campaign_id, baskets.household_id
),

-- Every household counts in every campaign, whether it bought anything or not.
final as (
    select
        campaigns.campaign_id,
        households.household_id,
        case when mailings.household_id is null then 'other' else 'reached' end as household_segment,
        campaigns.duration_days,
        cast(coalesce(observed.observed_days, 0) as bigint) as observed_days,
        cast(coalesce(observed.prior_observed_days, 0) as bigint) as prior_observed_days,

        cast(coalesce(sales.basket_count, 0) as bigint) as basket_count,
        cast(coalesce(sales.prior_basket_count, 0) as bigint) as prior_basket_count,
        cast(coalesce(sales.net_sales_usd, 0) as numeric(14, 2)) as net_sales_usd,
        cast(coalesce(sales.prior_net_sales_usd, 0) as numeric(14, 2)) as prior_net_sales_usd
    from campaigns
    cross join households
    left join mailings
        on
            campaigns.campaign_id = mailings.campaign_id
            and households.household_id = mailings.household_id
    left join observed on campaigns.campaign_id = observed.campaign_id
    left join sales
        on
            campaigns.campaign_id = sales.campaign_id
            and households.household_id = sales.household_id
)

select * from final
