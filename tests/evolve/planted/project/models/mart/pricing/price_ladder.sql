with

lines as (
    select *
    from {{ ref('fct_basket_line') }}
),

products as (
    select *
    from {{ ref('dim_product') }}
),

calendar as (
    select *
    from {{ ref('dim_date') }}
),

weekday_grocery as (
    select
        lines.product_id,
        products.brand_type,
        lines.shelf_unit_price_usd
    from lines
    inner join products on lines.product_id = products.product_id
    inner join calendar on lines.sold_date = calendar.date_day
    where
        products.department_name = 'GROCERY'
        and lines.sold_quantity > 0
        and not calendar.is_weekend
),

rungs as (
    select
        product_id,
        max(brand_type) as brand_type,
        min(shelf_unit_price_usd) as lowest_unit_price_usd,
        max(shelf_unit_price_usd) as highest_unit_price_usd
    from weekday_grocery
    group by product_id
),

packed as (
    select
        coalesce(package_unit, 'loose') as package_unit,
        count(*) as product_count
    from products
    where not is_fuel
    group by coalesce(package_unit, 'loose')
),

scoped as (
    select
        lines.store_id,
        lines.product_id
    from lines
    inner join products on lines.product_id = products.product_id
    where products.brand_type = 'Private'
),

stores_of_scope as (
    select
        product_id,
        count(distinct store_id) as store_count
    from scoped
    group by product_id
),

final as (
    select
        rungs.product_id,
        rungs.brand_type,
        rungs.lowest_unit_price_usd,
        rungs.highest_unit_price_usd,
        coalesce(stores_of_scope.store_count, 0) as private_label_store_count,
        packed.product_count as packed_alike_product_count
    from rungs
    inner join products on rungs.product_id = products.product_id
    left join stores_of_scope on rungs.product_id = stores_of_scope.product_id
    left join packed on coalesce(products.package_unit, 'loose') = packed.package_unit
)

select * from final
