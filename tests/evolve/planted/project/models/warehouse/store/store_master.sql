select
    store_id,
    first_sale_date as opened_date,
    last_sale_date as closed_date
from {{ ref('dim_store') }}
