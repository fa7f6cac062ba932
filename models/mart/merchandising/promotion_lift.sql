{#- A category with fewer units than this on either side of the comparison is marked as too thin to judge. -#}
{% set minimum_unit_count = var('promotion_lift_minimum_unit_count', 100) %}

with

product_stores as (
    select * from {{ ref('promotion_product_store') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

identified as (
    select
        products.department_name,
        products.category_name,
        product_stores.*,
        case when product_stores.unpromoted_weeks > 0 then product_stores.promoted_unit_count end
            as comparable_promoted_unit_count
    from product_stores
    inner join products on product_stores.product_id = products.product_id
),

categories as (
    select
        department_name,
        category_name,
        count(*) as product_store_count,
        cast(sum(promoted_weeks) as bigint) as promoted_product_store_weeks,
        cast(sum(displayed_weeks) as bigint) as displayed_product_store_weeks,
        cast(sum(mailed_weeks) as bigint) as mailed_product_store_weeks,
        cast(sum(unpromoted_weeks) as bigint) as unpromoted_product_store_weeks,
        cast(sum(promoted_unit_count) as bigint) as promoted_unit_count,
        cast(sum(displayed_unit_count) as bigint) as displayed_unit_count,
        cast(sum(mailed_unit_count) as bigint) as mailed_unit_count,
        cast(sum(unpromoted_unit_count) as bigint) as unpromoted_unit_count,
        cast(coalesce(sum(comparable_promoted_unit_count), 0) as bigint) as comparable_promoted_unit_count,
        cast(coalesce(sum(expected_promoted_quantity), 0) as numeric(18, 6)) as expected_promoted_quantity
    from identified
    group by department_name, category_name
),

averaged as (
    select
        *,
        promoted_unit_count >= {{ minimum_unit_count }}
        and unpromoted_unit_count >= {{ minimum_unit_count }} as has_minimum_evidence,
        {{ ribbon.safe_divide('promoted_unit_count', 'promoted_product_store_weeks') }} as promoted_average,
        {{ ribbon.safe_divide('displayed_unit_count', 'displayed_product_store_weeks') }} as displayed_average,
        {{ ribbon.safe_divide('mailed_unit_count', 'mailed_product_store_weeks') }} as mailed_average,
        {{ ribbon.safe_divide('unpromoted_unit_count', 'unpromoted_product_store_weeks') }} as unpromoted_average
    from categories
),

final as (
    select
        department_name,
        category_name,

        product_store_count,
        promoted_product_store_weeks,
        displayed_product_store_weeks,
        mailed_product_store_weeks,
        unpromoted_product_store_weeks,
        promoted_unit_count,
        displayed_unit_count,
        mailed_unit_count,
        unpromoted_unit_count,
        comparable_promoted_unit_count,
        expected_promoted_quantity,
        has_minimum_evidence,

        cast(promoted_average as numeric(18, 6)) as average_promoted_unit_count,
        cast(displayed_average as numeric(18, 6)) as average_displayed_unit_count,
        cast(mailed_average as numeric(18, 6)) as average_mailed_unit_count,
        cast(unpromoted_average as numeric(18, 6)) as average_unpromoted_unit_count,

        {{ ribbon.ratio('promoted_average', 'unpromoted_average') }} as lift_ratio,
        {{ ribbon.ratio('comparable_promoted_unit_count', 'expected_promoted_quantity') }}
            as like_for_like_lift_ratio
    from averaged
)

select * from final
