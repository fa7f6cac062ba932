with source as (
    select * from {{ ref('dim_household') }}
)

select * from source
