select s.week_number, count(distinct s.store_id) as trading_store_count,
       cast(sum(s.loyalty_discount_usd) as numeric(14, 2)) as card_cost_usd
  from {{ ref('store_daily') }} s
 group by s.week_number
