-- depends_on: {{ ref('dim_product') }}
-- depends_on: {{ ref('dim_store') }}
-- depends_on: {{ ref('display_location') }}
-- depends_on: {{ ref('mailer_location') }}
{{ config(
    materialized='incremental',
    on_schema_change='fail',
    **replace_partitions('week_number', 1, 53),
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
