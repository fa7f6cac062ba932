{{ config(materialized='view') }}

with

source as (
    select *
    from {{ latest_batch(source('complete_journey', 'products')) }} as latest
),

renamed as (
    select
        product_id,
        manufacturer_id,
        department as department_name,
        brand as brand_type,
        product_category as category_name,
        product_type as type_name,
        upper(trim(package_size)) as package_size_text
    from source
)

select * from renamed
