{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='day') }}

with

source as (
    select *
    from {{ source('shop', 'orders') }}
)

select
    order_id,
    item,
    quantity,
    day,
    _batch_id
from source
where {{ ribbon.in_touched_partitions('source', 'day') }}
