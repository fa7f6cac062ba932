-- depends_on: {{ ref('dim_product') }}
-- depends_on: {{ ref('dim_store') }}
-- depends_on: {{ ref('display_location') }}
-- depends_on: {{ ref('mailer_location') }}
{{ config(
    materialized='incremental',
    incremental_strategy=replace_strategy(),
    unique_key='week_number',
    partition_by={'field': 'week_number', 'data_type': 'int64', 'range': {'start': 1, 'end': 54, 'interval': 1}},
    on_schema_change='fail',
) }}

with

source as (
    select *
    from {{ source('complete_journey', 'promotions') }}
    where {{ in_touched_partitions(source('complete_journey', 'promotions'), 'week') }}
),

renamed as (
    select
        product_id,
        store_id,
        week as week_number,
        display_location as display_location_code,
        mailer_location as mailer_location_code,
        display_location != '0' as is_displayed,
        mailer_location != '0' as is_mailed,
        _batch_id,
        _loaded_at
    from source
)

select * from renamed
