{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='week_number',
    on_schema_change='fail',
) }}

with

source as (
    select
        *,
        week as week_number
    from {{ source('complete_journey', 'promotions') }}
),

touched as (
    select *
    from source
    where {{ in_touched_partitions('source', 'week_number') }}
),

renamed as (
    select
        product_id,
        store_id,
        week_number,
        display_location as display_location_code,
        mailer_location as mailer_location_code,
        display_location != '0' as is_displayed,
        mailer_location != '0' as is_mailed,
        _batch_id,
        _loaded_at
    from touched
)

select * from renamed
