{#- A pair in fewer baskets than this is left out: its lift would rest on chance. -#}
{% set minimum_basket_count = var('product_affinity_minimum_basket_count', 100) %}

with

products as (
    select *
    from {{ ref('dim_product') }}
    where
        not is_fuel
        and category_name not like 'COUPON%'
        and type_name != 'MISC SALES TRANS'
),

basket_lines as (
    select *
    from {{ ref('fct_basket_line') }}
    where sold_quantity > 0
),

-- Types are named anew in every category (PREMIUM is bacon and ice cream), so a type is a type within its category.
basket_types as (
    select distinct
        basket_lines.basket_id,
        products.category_name,
        products.type_name
    from basket_lines
    inner join products on basket_lines.product_id = products.product_id
),

totals as (
    select count(distinct basket_id) as basket_count
    from basket_types
),

-- No pair is in more baskets than either of its types, so rare types can go before the pairs are made.
frequent_types as (
    select
        category_name,
        type_name,
        count(*) as basket_count,
        row_number() over (order by category_name, type_name) as type_number
    from basket_types
    group by category_name, type_name
    having count(*) >= {{ minimum_basket_count }}
),

numbered as (
    select
        basket_types.basket_id,
        frequent_types.type_number
    from basket_types
    inner join frequent_types
        on
            basket_types.category_name = frequent_types.category_name
            and basket_types.type_name = frequent_types.type_name
),

pairs as (
    select
        firsts.type_number as first_type_number,
        seconds.type_number as second_type_number,
        count(*) as pair_basket_count
    from numbered as firsts
    inner join numbered as seconds
        on
            firsts.basket_id = seconds.basket_id
            and firsts.type_number < seconds.type_number
    group by firsts.type_number, seconds.type_number
    having count(*) >= {{ minimum_basket_count }}
),

counted as (
    select
        firsts.category_name as first_category_name,
        firsts.type_name as first_type_name,
        seconds.category_name as second_category_name,
        seconds.type_name as second_type_name,
        firsts.basket_count as first_basket_count,
        seconds.basket_count as second_basket_count,
        pairs.pair_basket_count,
        totals.basket_count
    from pairs
    inner join frequent_types as firsts on pairs.first_type_number = firsts.type_number
    inner join frequent_types as seconds on pairs.second_type_number = seconds.type_number
    cross join totals
),

final as (
    select
        first_category_name,
        first_type_name,
        second_category_name,
        second_type_name,

        basket_count,
        first_basket_count,
        second_basket_count,
        pair_basket_count,

        {{ ribbon.ratio('pair_basket_count', 'basket_count') }} as support_share,
        {{ ribbon.ratio('pair_basket_count', 'first_basket_count') }}
            as first_to_second_confidence_share,
        {{ ribbon.ratio('pair_basket_count', 'second_basket_count') }}
            as second_to_first_confidence_share,
        {{ ribbon.ratio('pair_basket_count * basket_count', 'first_basket_count * second_basket_count') }} as lift_ratio
    from counted
)

select * from final
