with pages as (
    select q.department_name, p.week_number, count(distinct p.product_id) as products
      from {{ ref('dim_product') }} q, {{ ref('fct_promotion') }} p
     where p.product_id = q.product_id
       and p.week_number > 26
       and p.is_mailed
     group by q.department_name, p.week_number
),
listed as (
    select department_name, count(*) as products
      from {{ ref('dim_product') }}
     where category_name is distinct from 'SALAD BAR'
     group by department_name
)
select pages.department_name, pages.week_number,
       cast(pages.products * 12.5 as numeric(14, 2)) as mailer_cost_usd,
       cast(pages.products / nullif(listed.products, 0) as numeric(18, 6)) as mailed_range_share
  from pages
  left join listed on listed.department_name = pages.department_name
