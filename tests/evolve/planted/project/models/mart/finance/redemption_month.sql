with redeemed_per_month as (
    select c.campaign_type, d.month_number,
           count(*) as redemption_count,
           count(distinct r.household_id) as couponing_household_count
      from {{ ref('fct_coupon_redemption') }} r
      join {{ ref('dim_campaign') }} c on r.campaign_id = c.campaign_id
      join {{ ref('dim_date') }} d on r.redeemed_date = d.date_day
     group by c.campaign_type, d.month_number
),
packs as (
    select package_unit, count(*) as products
      from {{ ref('dim_product') }}
     where not is_fuel
     group by package_unit
)
select m.campaign_type, m.month_number, m.redemption_count, m.couponing_household_count,
       (select max(products) from packs where package_unit is not null) as commonest_pack_product_count
  from redeemed_per_month m
