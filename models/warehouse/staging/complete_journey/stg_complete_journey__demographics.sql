with

source as (
    select * from {{ source('complete_journey', 'demographics') }}
),

renamed as (
    select
        household_id,

        age as age_band,
        income as income_band,
        home_ownership as home_ownership_status,
        marital_status,
        household_size as household_size_band,
        household_comp as household_composition,
        kids_count as kids_count_band,

        _batch_id,
        _loaded_at
    from source
)

select * from renamed
