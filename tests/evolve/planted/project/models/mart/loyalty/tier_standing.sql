with a as (
    select
        b.household_id,
        count(*) as big_n,
        sum(b.list_sales_usd) as lst,
        sum(b.loyalty_discount_usd) as dsc
    from {{ ref('fct_basket') }} b
    inner join {{ ref('dim_household') }} h on h.household_id = b.household_id
    where h.has_demographics
      and b.unit_count >= 10
    group by b.household_id
),

-- where most of the stores' long receipts come from
q as (
    select store_id, count(*) as n
    from {{ ref('fct_basket') }}
    where line_count > 20
    group by store_id
),

home as (
    select b.household_id, max(q.n) as n
    from {{ ref('fct_basket') }} b
    join q on q.store_id = b.store_id
    group by b.household_id
)

select
    a.household_id,
    case when a.lst >= 4000 then 'gold' when a.lst >= 1500 then 'silver' else 'green' end as tier_name,
    a.big_n as stock_up_count,
    cast(a.dsc / nullif(a.lst, 0) as numeric(18, 6)) as discount_share,
    cast(case when a.big_n > 40 then 3 when a.big_n > 15 then 2 else 1 end as bigint) as old_card_level_score,
    coalesce(home.n, 0) as home_store_long_receipt_count
from a
left join home on home.household_id = a.household_id
