with

known as (
    select *
    from {{ ref('product_history') }}
    where dbt_valid_to is null
),

packages as (
    select * from {{ ref('product_package') }}
),

transactions as (
    select * from {{ ref('stg_complete_journey__transactions') }}
),

promotions as (
    select * from {{ ref('stg_complete_journey__promotions') }}
),

coupons as (
    select * from {{ ref('stg_complete_journey__coupons') }}
),

-- Every product that any feed names, so that no line ever lacks its dimension row.
named as (
    select product_id from transactions
    union distinct
    select product_id from promotions
    union distinct
    select product_id from coupons
),

inferred as (
    select named.product_id
    from named
    left join known on named.product_id = known.product_id
    where known.product_id is null
),

sized as (
    select
        known.*,
        packages.package_quantity,
        packages.package_unit,
        packages.package_unit_count
    from known
    left join packages on known.package_size_text = packages.package_size_text
),

members as (
    select
        product_id,
        manufacturer_id,
        department_name,
        category_name,
        type_name,
        brand_type,
        package_size_text,
        package_quantity,
        package_unit,
        package_unit_count,
        coalesce(type_name like 'GASOLINE%', false) as is_fuel,
        false as is_inferred
    from sized

    union all

    select
        product_id,
        null as manufacturer_id,
        'UNKNOWN' as department_name,
        null as category_name,
        null as type_name,
        null as brand_type,
        null as package_size_text,
        null as package_quantity,
        null as package_unit,
        null as package_unit_count,
        false as is_fuel,
        true as is_inferred
    from inferred
)

select * from members
