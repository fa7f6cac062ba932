with

transactions as (
    select * from {{ ref('stg_complete_journey__transactions') }}
),

mailings as (
    select * from {{ ref('stg_complete_journey__campaigns') }}
),

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
),

demographics as (
    select *
    from {{ ribbon.latest_batch(ref('stg_complete_journey__demographics')) }} as latest
),

-- Every household that any feed names: demographics are known for a third of them.
named as (
    select household_id from transactions
    union distinct
    select household_id from mailings
    union distinct
    select household_id from redemptions
    union distinct
    select household_id from demographics
),

final as (
    select
        named.household_id,
        demographics.age_band,
        demographics.income_band,
        demographics.home_ownership_status,
        demographics.marital_status,
        demographics.household_size_band,
        demographics.household_composition,
        demographics.kids_count_band,
        demographics.household_id is not null as has_demographics
    from named
    left join demographics on named.household_id = demographics.household_id
)

select * from final
