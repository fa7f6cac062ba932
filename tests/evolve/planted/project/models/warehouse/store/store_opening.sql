with days as (
    select store_id, min(sold_date) as opened_on_date
    from {{ ref('fct_basket_line') }}
    group by store_id
)

select store_id, opened_on_date from days
