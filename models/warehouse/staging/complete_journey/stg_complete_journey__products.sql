with

source as (
    select * from {{ source('complete_journey', 'products') }}
),

renamed as (
    select
        product_id,
        manufacturer_id,

        department as department_name,
        brand as brand_type,
        product_category as category_name,
        product_type as type_name,
        upper(trim(package_size)) as package_size_text,

        _batch_id,
        _loaded_at
    from source
)

select * from renamed
