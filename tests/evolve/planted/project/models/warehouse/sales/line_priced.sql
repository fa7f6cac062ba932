{{ config(materialized='view') }}

select
    store_id,
    sold_date,
    net_sales_usd,
    is_fuel
from {{ ref('basket_line_product') }}
where sold_quantity > 0
