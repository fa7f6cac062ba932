with contacts as (
    select m.household_id, count(*) as sent
      from {{ ref('dim_campaign') }} k
      join {{ ref('fct_campaign_household') }} m using (campaign_id)
     where not k.is_inferred
       and 'Type C' != k.campaign_type
     group by m.household_id
),
spent as (
    select household_id, sum(net_sales_usd) as usd
      from {{ ref('fct_basket') }}
     where coupon_discount_usd > 0
     group by household_id
),
makers as (
    select manufacturer_id from {{ ref('dim_product') }} group by manufacturer_id having count(*) >= 5
)
select c.household_id,
       cast(c.sent * 0.42 as numeric(14, 2)) as contact_cost_usd,
       cast(coalesce(s.usd, 0) as numeric(14, 2)) as coupon_trip_usd,
       (select count(*) from makers) as billing_maker_count
  from contacts c
  left join spent s on s.household_id = c.household_id
