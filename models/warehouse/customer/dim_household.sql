with

demographics as (
    select *
    from {{ latest_batch(source('complete_journey', 'demographics')) }} as latest
),

-- Every household that any feed names: demographics are known for a third of them.
named as (
    select household_id from {{ source('complete_journey', 'transactions') }}
    union distinct
    select household_id from {{ source('complete_journey', 'campaigns') }}
    union distinct
    select household_id from {{ source('complete_journey', 'coupon_redemptions') }}
    union distinct
    select household_id from demographics
),

final as (
    select
        named.household_id,
        demographics.age as age_band,
        demographics.income as income_band,
        demographics.home_ownership as home_ownership_status,
        demographics.marital_status,
        demographics.household_size as household_size_band,
        demographics.household_comp as household_composition,
        demographics.kids_count as kids_count_band,
        demographics.household_id is not null as has_demographics
    from named
    left join demographics on named.household_id = demographics.household_id
)

select * from final
