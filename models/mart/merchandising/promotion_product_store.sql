with

products as (
    select *
    from {{ ref('dim_product') }}
    where
        not is_fuel
        and category_name not like 'COUPON%'
),

-- Week 1, with which the data begin, is a single day.
promotions as (
    select *
    from {{ ref('fct_promotion') }}
    where week_number > 1
),

basket_lines as (
    select * from {{ ref('fct_basket_line') }}
),

-- What a store promoted is known only for the weeks it is in the feed.
store_weeks as (
    select
        store_id,
        week_start_date
    from promotions
    group by store_id, week_start_date
),

store_spans as (
    select
        store_id,
        count(*) as observed_weeks
    from store_weeks
    group by store_id
),

weekly_sales as (
    select
        basket_lines.product_id,
        basket_lines.store_id,
        basket_lines.week_start_date,
        sum(basket_lines.sold_quantity) as unit_count
    from basket_lines
    inner join products on basket_lines.product_id = products.product_id
    inner join store_weeks
        on
            basket_lines.store_id = store_weeks.store_id
            and basket_lines.week_start_date = store_weeks.week_start_date
    group by basket_lines.product_id, basket_lines.store_id, basket_lines.week_start_date
    having sum(basket_lines.sold_quantity) > 0
),

-- Products that a store never sold are left out: nobody knows whether they were on its shelf.
product_stores as (
    select
        product_id,
        store_id,
        sum(unit_count) as unit_count
    from weekly_sales
    group by product_id, store_id
),

-- A product can stand in two places of a store in one week: that is one promoted week.
placed as (
    select
        promotions.product_id,
        promotions.store_id,
        promotions.week_start_date,
        max(case when promotions.is_displayed then 1 else 0 end) as displayed,
        max(case when promotions.is_mailed then 1 else 0 end) as mailed
    from promotions
    inner join product_stores
        on
            promotions.product_id = product_stores.product_id
            and promotions.store_id = product_stores.store_id
    group by promotions.product_id, promotions.store_id, promotions.week_start_date
),

promoted as (
    select
        placed.product_id,
        placed.store_id,
        count(*) as promoted_weeks,
        sum(placed.displayed) as displayed_weeks,
        sum(placed.mailed) as mailed_weeks,
        sum(weekly_sales.unit_count) as promoted_unit_count,
        sum(placed.displayed * weekly_sales.unit_count) as displayed_unit_count,
        sum(placed.mailed * weekly_sales.unit_count) as mailed_unit_count
    from placed
    left join weekly_sales
        on
            placed.product_id = weekly_sales.product_id
            and placed.store_id = weekly_sales.store_id
            and placed.week_start_date = weekly_sales.week_start_date
    group by placed.product_id, placed.store_id
),

measured as (
    select
        product_stores.product_id,
        product_stores.store_id,
        cast(coalesce(promoted.promoted_weeks, 0) as bigint) as promoted_weeks,
        cast(coalesce(promoted.displayed_weeks, 0) as bigint) as displayed_weeks,
        cast(coalesce(promoted.mailed_weeks, 0) as bigint) as mailed_weeks,
        cast(store_spans.observed_weeks - coalesce(promoted.promoted_weeks, 0) as bigint) as unpromoted_weeks,
        cast(coalesce(promoted.promoted_unit_count, 0) as bigint) as promoted_unit_count,
        cast(coalesce(promoted.displayed_unit_count, 0) as bigint) as displayed_unit_count,
        cast(coalesce(promoted.mailed_unit_count, 0) as bigint) as mailed_unit_count,
        cast(product_stores.unit_count - coalesce(promoted.promoted_unit_count, 0) as bigint)
            as unpromoted_unit_count
    from product_stores
    inner join store_spans on product_stores.store_id = store_spans.store_id
    left join promoted
        on
            product_stores.product_id = promoted.product_id
            and product_stores.store_id = promoted.store_id
),

final as (
    select
        *,
        {{ ribbon.ratio('promoted_weeks * unpromoted_unit_count', 'unpromoted_weeks') }}
            as expected_promoted_quantity
    from measured
)

select * from final
