select
  a.store_id,
  min(a.gap_weeks) as shortest_gap_weeks,
  max(a.gap_weeks) as longest_display_gap_weeks,
  max(n.rows_displayed) as widest_department_row_count,
  max(v.makers) as maker_count
from (
  select store_id, week_number - lag(week_number) over (partition by store_id order by week_number) as gap_weeks
  from (
    select p.store_id, p.week_number, count(distinct p.product_id) as products
    from {{ ref('fct_promotion') }} p
    where p.week_number >= 2 and p.display_location_code in ('7', '3', '5')
    group by p.store_id, p.week_number
  ) shown
) a
cross join (
  select max(rows_displayed) as rows_displayed
  from (
    select d.department_name, count(*) as rows_displayed
    from {{ ref('dim_product') }} d
      join {{ ref('fct_promotion') }} f on f.product_id = d.product_id and f.is_displayed
    group by d.department_name
  ) e
) n
cross join (
  select count(*) as makers
  from (
    select manufacturer_id from {{ ref('dim_product') }} group by manufacturer_id having count(package_unit) >= 5
  ) h
) v
group by a.store_id
