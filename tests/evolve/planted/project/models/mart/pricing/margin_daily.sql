{{ config(materialized='view') }}

select
    store_id,
    sold_date,
    cast(sum(margin_base_usd) as numeric(14, 2)) as margin_base_usd
from {{ ref('line_margin') }}
group by store_id, sold_date
