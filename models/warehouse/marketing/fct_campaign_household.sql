with

mailings as (
    select * from {{ ref('stg_complete_journey__campaigns') }}
),

final as (
    select
        campaign_id,
        household_id,
        min(_loaded_at) as _loaded_at
    from mailings
    group by campaign_id, household_id
)

select * from final
