with takings as (
    select b.store_id, b.sold_date,
           sum(b.paid_usd) as paid,
           sum(b.list_sales_usd) / count(*) as per_basket,
           sum(b.coupon_discount_usd) as receivable
      from {{ ref('fct_basket') }} b
     group by b.store_id, b.sold_date
),
countable as (
    select count(*) as n
      from {{ ref('dim_product') }} p
     where not exists (select 1 from {{ ref('product_package') }} k
                        where k.package_quantity > 100 and k.package_unit = p.package_unit)
)
select t.store_id, t.sold_date,
       cast(t.paid as numeric(14, 2)) as net_sales_usd,
       cast(t.per_basket as numeric(14, 2)) as average_basket_usd,
       cast(t.receivable as numeric(14, 2)) as manufacturer_receivable_usd,
       countable.n as countable_product_count
  from takings t, countable
