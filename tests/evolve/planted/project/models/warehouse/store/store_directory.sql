select
    store_id,
    opened_date as opening_date,
    closed_date as closing_date
from {{ ref('store_master') }}
