-- depends_on: {{ ref('dim_campaign') }}
-- depends_on: {{ ref('dim_household') }}
with

source as (
    select *
    from {{ source('complete_journey', 'campaigns') }}
),

final as (
    select
        campaign_id,
        household_id,
        min(_loaded_at) as _loaded_at
    from source
    group by campaign_id, household_id
)

select * from final
