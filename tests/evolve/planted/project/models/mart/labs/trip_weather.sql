select sold_date, count(distinct store_id) as open_store_count
from {{ ref('fct_basket') }}
group by sold_date
