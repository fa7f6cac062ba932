-- depends_on: {{ ref('bridge_coupon_product') }}
-- depends_on: {{ ref('dim_campaign') }}
-- depends_on: {{ ref('dim_date') }}
-- depends_on: {{ ref('dim_household') }}
with

redemptions as (
    select * from {{ ref('stg_complete_journey__coupon_redemptions') }}
)

select * from redemptions
