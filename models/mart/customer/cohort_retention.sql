with

baskets as (
    select * from {{ ref('fct_basket') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

household_weeks as (
    select distinct
        household_id,
        week_start_date
    from baskets
),

cohort_members as (
    select
        household_id,
        min(week_start_date) as cohort_week_start_date
    from household_weeks
    group by household_id
),

cohorts as (
    select
        cohort_week_start_date,
        count(*) as cohort_household_count
    from cohort_members
    group by cohort_week_start_date
),

-- The first week of the data has a single day, which readers take for its start.
weeks as (
    select
        week_start_date,
        week_number,
        min(date_day) as first_date
    from dates
    where
        is_in_data_year
        and week_start_date <= (select max(household_weeks.week_start_date) from household_weeks)
    group by week_start_date, week_number
),

active as (
    select
        cohort_members.cohort_week_start_date,
        household_weeks.week_start_date,
        count(*) as active_household_count
    from cohort_members
    inner join household_weeks on cohort_members.household_id = household_weeks.household_id
    group by cohort_members.cohort_week_start_date, household_weeks.week_start_date
),

-- Every cell that could be observed, so that a week in which nobody of a cohort came counts as zero.
cells as (
    select
        cohorts.cohort_week_start_date,
        cohort_weeks.week_number as cohort_week_number,
        cohort_weeks.first_date as cohort_first_date,
        weeks.week_start_date,
        cast({{ ribbon.days_between('cohorts.cohort_week_start_date', 'weeks.week_start_date') }} / 7 as bigint) as elapsed_weeks,
        cohorts.cohort_household_count
    from cohorts
    inner join weeks as cohort_weeks on cohorts.cohort_week_start_date = cohort_weeks.week_start_date
    inner join weeks on cohorts.cohort_week_start_date <= weeks.week_start_date
),

final as (
    select
        cells.cohort_week_number,
        cells.cohort_first_date as cohort_week_start_date,
        cells.elapsed_weeks,
        cells.cohort_household_count,
        coalesce(active.active_household_count, 0) as active_household_count,
        {{ ribbon.ratio('coalesce(active.active_household_count, 0)', 'cells.cohort_household_count') }} as retention_rate
    from cells
    left join active
        on
            cells.cohort_week_start_date = active.cohort_week_start_date
            and cells.week_start_date = active.week_start_date
)

select * from final
