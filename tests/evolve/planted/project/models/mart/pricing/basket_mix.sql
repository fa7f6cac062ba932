with

baskets as (
    select *
    from {{ ref('fct_basket') }}
),

households as (
    select *
    from {{ ref('dim_household') }}
),

big_baskets as (
    select
        household_id,
        unit_count,
        list_sales_usd
    from baskets
    where unit_count >= 10
),

known_households as (
    select household_id
    from households
    where has_demographics
),

matched as (
    select
        big_baskets.household_id,
        big_baskets.list_sales_usd,
        big_baskets.unit_count
    from known_households
    inner join big_baskets on known_households.household_id = big_baskets.household_id
),

stocked_up as (
    select
        household_id,
        sum(list_sales_usd) as shelf_usd,
        count(*) as stock_up_count,
        max(unit_count) as largest_unit_count
    from matched
    group by household_id
),

pump_stores as (
    select
        household_id,
        store_id,
        count(*) as fuel_trip_count
    from baskets
    where fuel_gal > 0
    group by household_id, store_id
),

pumps as (
    select
        household_id,
        count(*) as pump_store_count
    from pump_stores
    group by household_id
),

named as (
    select
        department_name,
        count(*) as product_count
    from {{ ref('dim_product') }}
    where category_name <> 'SALAD BAR'
    group by department_name
),

widest as (
    select max(product_count) as product_count
    from named
),

final as (
    select
        stocked_up.household_id,
        stocked_up.stock_up_count,
        stocked_up.largest_unit_count,
        cast(stocked_up.shelf_usd / stocked_up.stock_up_count as numeric(14, 2)) as average_stock_up_usd,
        coalesce(pumps.pump_store_count, 0) as pump_store_count,
        widest.product_count as widest_department_product_count
    from stocked_up
    cross join widest
    left join pumps on stocked_up.household_id = pumps.household_id
)

select * from final
