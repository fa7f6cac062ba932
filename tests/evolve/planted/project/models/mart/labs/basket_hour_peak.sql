{{ config(materialized='view') }}
select hour_number, till_basket_count
from {{ ref('basket_hour') }}
where till_basket_count > 100
