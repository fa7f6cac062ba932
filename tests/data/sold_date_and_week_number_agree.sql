-- The source counts its weeks by local days. A line whose local day lies in another week was converted wrongly.
select
    basket_lines.basket_id,
    basket_lines.sold_at,
    basket_lines.sold_date,
    basket_lines.week_number,
    dates.week_number as calendar_week_number
from {{ ref('fct_basket_line') }} as basket_lines
inner join {{ ref('dim_date') }} as dates on basket_lines.sold_date = dates.date_day
where basket_lines.week_number != dates.week_number
