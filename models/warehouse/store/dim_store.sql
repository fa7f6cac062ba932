with

transactions as (
    select * from {{ ref('stg_complete_journey__transactions') }}
),

promotions as (
    select * from {{ ref('stg_complete_journey__promotions') }}
),

sales as (
    select
        store_id,
        min(sold_date) as first_sale_date,
        max(sold_date) as last_sale_date
    from transactions
    group by store_id
),

feeds as (
    select distinct store_id
    from promotions
),

final as (
    select
        coalesce(sales.store_id, feeds.store_id) as store_id,
        sales.first_sale_date,
        sales.last_sale_date,
        feeds.store_id is not null as has_promotion_feed
    from sales
    full outer join feeds on sales.store_id = feeds.store_id
)

select * from final
