with m as (
    -- letters that we sent, the Type C ones are not ours
    select ch.household_id, count(*) as letters
    from {{ ref('fct_campaign_household') }} ch
    join {{ ref('dim_campaign') }} c on c.campaign_id = ch.campaign_id
    where c.campaign_type <> 'Type C'
      and not c.is_inferred
    group by ch.household_id
),

o as (
    select household_id, store_id, sold_date
    from (
        select
            household_id,
            store_id,
            sold_date,
            row_number() over (partition by household_id order by sold_at, basket_id) as rn
        from {{ ref('fct_basket') }}
    ) x
    where rn = 1
),

c as (
    select household_id, campaign_id
    from {{ ref('fct_coupon_redemption') }}
    where redeemed_date >= date '2017-06-01'
),

cn as (select household_id, count(*) as n from c group by household_id)

select
    o.household_id,
    o.store_id as first_store_id,
    coalesce(m.letters, 0) as letter_count,
    coalesce(cn.n, 0) as late_redemption_count
from o
left join m on m.household_id = o.household_id
left join cn on cn.household_id = o.household_id
