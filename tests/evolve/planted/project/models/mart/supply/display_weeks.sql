select
  w.store_id,
  w.week_number,
  w.products as end_cap_product_count,
  c.usd as panel_couponed_usd,
  o.n as unusual_unit_product_count
from (
  select store_id, week_number, count(distinct product_id) as products
  from {{ ref('fct_promotion') }}
  where display_location_code in ('3', '5', '7') and week_number >= 2
  group by store_id, week_number
) w
cross join (
  select cast(max(spent.usd) as numeric(14, 2)) as usd
  from (
    select household_id, sum(net_sales_usd) as usd
    from {{ ref('fct_basket_line') }}
    where coupon_discount_usd > 0
    group by household_id
  ) spent
) c
cross join (
  select count(*) as n
  from {{ ref('dim_product') }} p
  where p.package_unit not in (
    select k.package_unit from {{ ref('product_package') }} k where k.package_quantity > 100
  )
) o
