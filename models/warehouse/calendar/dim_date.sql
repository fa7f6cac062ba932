{#- The year is that of the transactions, widened to the campaigns that start before or end after it. -#}
{% set first_day = "date '2016-11-01'" %}
{% set last_day = "date '2018-03-31'" %}
-- Week 1 of the data set is the single Sunday 2017-01-01; from then on its weeks turn on Mondays, as ISO's do.
{% set first_monday = "date '2016-12-26'" %}

with

days as (
    select date_day
    from {{ date_series(first_day, last_day) }} as series
),

calendar as (
    select
        date_day,
        cast({{ iso_year('date_day') }} as bigint) as iso_year_number,
        cast({{ iso_week('date_day') }} as bigint) as iso_week_number,
        cast({{ iso_weekday('date_day') }} as bigint) as iso_weekday_number,
        cast(extract(month from date_day) as bigint) as month_number,
        cast(extract(quarter from date_day) as bigint) as quarter_number,
        cast(extract(year from date_day) as bigint) as year_number,
        {{ days_between(first_monday, 'date_day') }} as days_since_first_monday
    from days
),

numbered as (
    select
        *,
        iso_weekday_number >= 6 as is_weekend,
        extract(year from date_day) = 2017 as is_in_data_year,
        case
            when extract(year from date_day) = 2017
                then cast(floor(days_since_first_monday / 7) + 1 as bigint)
        end as week_number
    from calendar
),

final as (
    select
        date_day,
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
