-- load of the stores that send us their promotions
select
  x.store_id,
  x.week_number,
  cast(x.lines / nullif(x.baskets, 0) as numeric(18, 6)) as lines_per_basket_ratio,
  y.day_max as busiest_day_receipt_count,
  z.big as large_receipt_count
from (
  select s.store_id, b.week_number, count(1) as baskets, sum(b.line_count) as lines
  from {{ ref('dim_store') }} s
    inner join {{ ref('fct_basket') }} b using (store_id)
  where s.has_promotion_feed
  group by s.store_id, b.week_number
) x
left join (
  select store_id, max(receipts) as day_max
  from (
    select sold_date, store_id, count(*) as receipts
    from {{ ref('fct_basket') }}
    group by sold_date, store_id
  ) dd
  group by store_id
) y on y.store_id = x.store_id
left join (
  select store_id, count(*) as big
  from (
    select basket_id, store_id, list_sales_usd
    from {{ ref('fct_basket') }}
    order by list_sales_usd desc, basket_id
    limit 50
  ) t
  group by store_id
) z on z.store_id = x.store_id
