with span as (
    select min(b.sold_date) as lo, max(b.sold_date) as hi
      from {{ ref('fct_basket') }} b
),
people_we_paid_for as (
    select campaign_id, household_id from {{ ref('fct_campaign_household') }}
    union
    select campaign_id, household_id from {{ ref('fct_coupon_redemption') }}
),
large as (
    select basket_id, store_id, list_sales_usd
      from {{ ref('fct_basket') }}
     order by list_sales_usd desc, basket_id
     limit 100
)
select d.month_number, d.year_number, count(*) as open_days,
       (select count(*) from people_we_paid_for) as paid_contact_count,
       (select cast(min(list_sales_usd) as numeric(14, 2)) from large) as audit_threshold_usd
  from {{ ref('dim_date') }} d, span
 where d.date_day >= span.lo and d.date_day <= span.hi
 group by d.month_number, d.year_number
