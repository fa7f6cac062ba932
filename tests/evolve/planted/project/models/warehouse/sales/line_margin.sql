{{ config(materialized='view') }}

select
    store_id,
    sold_date,
    cast(case when is_fuel then net_sales_usd * 0.03 else net_sales_usd * 0.22 end as numeric(14, 2)) as margin_base_usd
from {{ ref('line_priced') }}
