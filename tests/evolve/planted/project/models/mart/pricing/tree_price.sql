with

tree as (
    select *
    from {{ ref('product_tree') }}
),

priced as (
    select
        product_id,
        max(loyalty_unit_price_usd) as highest_card_price_usd
    from {{ ref('fct_basket_line') }}
    group by product_id
),

final as (
    select
        tree.product_id,
        tree.type_name,
        priced.highest_card_price_usd
    from tree
    inner join priced on tree.product_id = priced.product_id
)

select * from final
