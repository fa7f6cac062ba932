with

numbered as (
    select
        basket_id,
        household_id,
        row_number() over (
            partition by household_id
            order by sold_at asc, basket_id asc
        ) as trip_number
    from {{ ref('fct_basket') }}
),

firsts as (
    select
        household_id,
        basket_id
    from numbered
    where trip_number = 1
),

lines as (
    select *
    from {{ ref('fct_basket_line') }}
),

products as (
    select *
    from {{ ref('dim_product') }}
),

scoped as (
    select
        lines.store_id,
        lines.product_id
    from lines
    inner join products on lines.product_id = products.product_id
    where products.brand_type = 'National'
),

stores_of_scope as (
    select
        product_id,
        count(distinct store_id) as store_count
    from scoped
    group by product_id
),

-- Prices at the shelf and with the card, from the same lines.
shelf as (
    select
        spans.product_id,
        max(spans.price_span_usd) as price_span_usd
    from (
        select product_id, week_number, max(shelf_unit_price_usd) - min(shelf_unit_price_usd) as price_span_usd
        from lines
        where sold_quantity between 1 and 12
        group by product_id, week_number
    ) as spans
    group by spans.product_id
),

shelf_late as (
    select
        late_spans.product_id,
        min(late_spans.price_span_usd) as price_span_usd
    from (
        select product_id, week_number, max(shelf_unit_price_usd) - min(shelf_unit_price_usd) as price_span_usd
        from lines
        where sold_quantity between 1 and 12
        group by product_id, week_number
    ) as late_spans
    group by late_spans.product_id
),

seen as (
    select
        firsts.household_id,
        lines.product_id,
        lines.shelf_unit_price_usd
    from firsts
    inner join lines on firsts.basket_id = lines.basket_id
),

final as (
    select
        seen.household_id,
        seen.product_id,
        seen.shelf_unit_price_usd as first_seen_price_usd,
        cast(shelf.price_span_usd as numeric(18, 6)) as widest_price_span_usd,
        cast(shelf_late.price_span_usd as numeric(18, 6)) as narrowest_price_span_usd,
        coalesce(stores_of_scope.store_count, 0) as national_brand_store_count
    from seen
    left join shelf on seen.product_id = shelf.product_id
    left join shelf_late on seen.product_id = shelf_late.product_id
    left join stores_of_scope on seen.product_id = stores_of_scope.product_id
)

select * from final
