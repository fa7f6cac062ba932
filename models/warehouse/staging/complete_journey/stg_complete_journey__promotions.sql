with

source as (
    select * from {{ source('complete_journey', 'promotions') }}
),

renamed as (
    select
        product_id,
        store_id,

        week as week_number,
        {{ ribbon.add_days(first_week_start_date(), '7 * (week - 1)') }} as week_start_date,
        display_location as display_location_code,
        mailer_location as mailer_location_code,

        _batch_id,
        _loaded_at
    from source
)

select * from renamed
