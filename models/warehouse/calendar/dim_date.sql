with

sales as (
    select * from {{ ref('stg_complete_journey__transactions') }}
),

promotions as (
    select * from {{ ref('stg_complete_journey__promotions') }}
),

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
),

campaigns as (
    select * from {{ ref('stg_complete_journey__campaign_descriptions') }}
),

sold as (
    select
        min(sold_date) as first_sold_date,
        max(sold_date) as last_sold_date
    from sales
),

-- Every day that a feed names is a key to this table.
named as (
    select
        first_sold_date as first_date,
        last_sold_date as last_date
    from sold
    union all
    select
        min(week_start_date) as first_date,
        max(week_start_date) as last_date
    from promotions
    union all
    select
        min(redeemed_date) as first_date,
        max(redeemed_date) as last_date
    from redemptions
    union all
    select
        min(start_date) as first_date,
        max(end_date) as last_date
    from campaigns
),

-- Whole years, from the first that a feed names to the last.
span as (
    select
        min(extract(year from first_date)) as first_year_number,
        max(extract(year from last_date)) as last_year_number
    from named
),

century as (
    select date_day
    from {{ calendar_days() }} as series
),

days as (
    select century.date_day
    from century
    inner join span on extract(year from century.date_day) between span.first_year_number and span.last_year_number
),

calendar as (
    select
        date_day,
        {{ ribbon.iso_week_start('date_day') }} as week_start_date,
        cast({{ ribbon.iso_year('date_day') }} as bigint) as iso_year_number,
        cast({{ ribbon.iso_week('date_day') }} as bigint) as iso_week_number,
        cast({{ ribbon.iso_weekday('date_day') }} as bigint) as iso_weekday_number,
        cast(extract(month from date_day) as bigint) as month_number,
        cast(extract(quarter from date_day) as bigint) as quarter_number,
        cast(extract(year from date_day) as bigint) as year_number
    from days
),

sited as (
    select
        calendar.*,
        calendar.iso_weekday_number >= 6 as is_weekend,
        coalesce(
            calendar.year_number between extract(year from sold.first_sold_date) and extract(year from sold.last_sold_date),
            false
        ) as is_in_data_year
    from calendar
    cross join sold
),

-- The sources count weeks on from their first, over new years.
numbered as (
    select
        *,
        case
            when is_in_data_year
                then cast(floor({{ ribbon.days_between(first_week_start_date(), 'week_start_date') }} / 7) + 1 as bigint)
        end as week_number
    from sited
),

final as (
    select
        date_day,
        week_start_date,
        week_number,
        iso_year_number,
        iso_week_number,
        iso_weekday_number,
        month_number,
        quarter_number,
        year_number,
        is_weekend,
        is_in_data_year
    from numbered
)

select * from final
