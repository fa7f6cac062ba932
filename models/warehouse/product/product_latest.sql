{{ config(materialized='view') }}

with

products as (
    select *
    from {{ ribbon.latest_batch(ref('stg_complete_journey__products')) }} as latest
),

final as (
    select
        product_id,
        manufacturer_id,
        department_name,
        brand_type,
        category_name,
        type_name,
        package_size_text
    from products
)

select * from final
