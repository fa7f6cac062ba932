{{ config(
    materialized='incremental',
    on_schema_change='fail',
    **ribbon.replace_partitions('week_start_date'),
) }}

with

promotions as (
    select *
    from {{ ref('stg_complete_journey__promotions') }}
    where {{ ribbon.in_touched_partitions(ref('stg_complete_journey__promotions'), 'week_start_date') }}
),

final as (
    select
        product_id,
        store_id,
        week_start_date,
        week_number,
        display_location_code,
        mailer_location_code,
        display_location_code != '0' as is_displayed,
        mailer_location_code != '0' as is_mailed,
        _batch_id,
        _loaded_at
    from promotions
)

select * from final
