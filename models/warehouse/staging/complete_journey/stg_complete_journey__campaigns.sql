with

source as (
    select * from {{ source('complete_journey', 'campaigns') }}
),

renamed as (
    select
        campaign_id,
        household_id,

        _batch_id,
        _loaded_at
    from source
)

select * from renamed
