with t as (
    select
        b.household_id,
        count(*) as n,
        sum(b.net_sales_usd) as s
    from {{ ref('fct_basket') }} b
    join {{ ref('dim_date') }} d on d.date_day = b.sold_date
    where d.month_number between 6 and 8
      and b.unit_count > 0
    group by b.household_id
),

-- what they left with us from July on
p as (
    select household_id, sum(paid_usd) as usd
    from {{ ref('fct_basket') }}
    where sold_date >= date '2017-07-01'
    group by household_id
)

select
    t.household_id,
    t.n as summer_trip_count,
    cast(t.s as numeric(14, 2)) as summer_sales_usd,
    cast(coalesce(p.usd, 0) as numeric(14, 2)) as second_half_paid_usd
from t
left join p on p.household_id = t.household_id
