-- try-out: when do people shop? straight from the till
select extract(hour from transaction_timestamp) as hour_number, count(distinct basket_id) as till_basket_count
from {{ source('complete_journey', 'transactions') }}
group by 1
