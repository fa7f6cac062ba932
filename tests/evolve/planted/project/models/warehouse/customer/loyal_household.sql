select household_id
from {{ ref('household_rfm') }}
where rfm_segment = 'Champions'
