with v as (
    select distinct b.household_id, b.week_start_date
    from {{ ref('fct_basket') }} as b
),

g as (
    select
        household_id,
        cast(
            (week_start_date - lag(week_start_date) over (partition by household_id order by week_start_date)) / 7 as bigint
        ) as gap
    from v
),

-- trips to the pump, week by week
f as (
    select household_id, week_number, count(*) as n
    from {{ ref('fct_basket') }}
    where fuel_gal > 0
    group by household_id, week_number
),

fw as (select household_id, max(n) as n from f group by household_id),

-- what the last five trips cost, at the time of each
r as (
    select
        household_id,
        sum(net_sales_usd) over (
            partition by household_id order by sold_at, basket_id rows between 4 preceding and current row
        ) as five
    from {{ ref('fct_basket') }}
),

rm as (select household_id, max(five) as five from r group by household_id)

select
    g.household_id,
    max(g.gap) as longest_gap_weeks,
    cast(max(fw.n) as bigint) as busiest_fuel_trip_count,
    cast(max(rm.five) as numeric(14, 2)) as best_five_trips_usd
from g
join rm on rm.household_id = g.household_id
left join fw on fw.household_id = g.household_id
group by g.household_id
