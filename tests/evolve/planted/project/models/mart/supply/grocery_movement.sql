select
  m.store_id,
  m.iso_week_number,
  cast(m.qty as bigint) as moved_quantity,
  m.placed as products_moved_count,
  coalesce(l.receipts, 0) as long_receipt_count,
  coalesce(t.top_usd, 0) as third_receipt_usd
from (
  select g.store_id, g.iso_week_number, sum(g.sold_quantity) as qty, count(distinct g.product_id) as placed
  from (
    select l.store_id, l.product_id, l.sold_quantity, d.iso_week_number
    from {{ ref('dim_product') }} p
      join {{ ref('fct_basket_line') }} l on l.product_id = p.product_id
      join {{ ref('dim_date') }} d on d.date_day = l.sold_date
    where not d.is_weekend and 'GROCERY' = p.department_name and l.sold_quantity > 0
  ) g
  group by g.store_id, g.iso_week_number
) m
left join (
  select store_id, count(*) as receipts
  from {{ ref('fct_basket') }}
  where line_count >= 20
  group by store_id
) l on l.store_id = m.store_id
left join (
  select store_id, min(net_sales_usd) as top_usd
  from (
    select household_id, store_id, net_sales_usd,
      row_number() over (partition by store_id order by net_sales_usd desc) as place
    from {{ ref('fct_basket') }}
  ) r
  where place <= 3
  group by store_id
) t on t.store_id = m.store_id
