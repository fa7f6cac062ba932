with

household_weeks as (
    select distinct
        household_id,
        week_number
    from {{ ref('fct_basket') }}
),

cohort_members as (
    select
        household_id,
        min(week_number) as cohort_week_number
    from household_weeks
    group by household_id
),

cohorts as (
    select
        cohort_week_number,
        count(*) as cohort_household_count
    from cohort_members
    group by cohort_week_number
),

weeks as (
    select
        week_number,
        min(date_day) as week_start_date
    from {{ ref('dim_date') }}
    where week_number <= (select max(household_weeks.week_number) from household_weeks)
    group by week_number
),

active as (
    select
        cohort_members.cohort_week_number,
        household_weeks.week_number,
        count(*) as active_household_count
    from cohort_members
    inner join household_weeks on cohort_members.household_id = household_weeks.household_id
    group by cohort_members.cohort_week_number, household_weeks.week_number
),

-- Every cell that could be observed, so that a week in which nobody of a cohort came counts as zero.
cells as (
    select
        cohorts.cohort_week_number,
        cohort_weeks.week_start_date as cohort_week_start_date,
        weeks.week_number,
        cohorts.cohort_household_count
    from cohorts
    inner join weeks as cohort_weeks on cohorts.cohort_week_number = cohort_weeks.week_number
    inner join weeks on cohorts.cohort_week_number <= weeks.week_number
),

final as (
    select
        cells.cohort_week_number,
        cells.cohort_week_start_date,
        cells.week_number - cells.cohort_week_number as elapsed_weeks,
        cells.cohort_household_count,
        coalesce(active.active_household_count, 0) as active_household_count,
        {{ ratio('coalesce(active.active_household_count, 0)', 'cells.cohort_household_count') }} as retention_rate
    from cells
    left join active
        on
            cells.cohort_week_number = active.cohort_week_number
            and cells.week_number = active.week_number
)

select * from final
