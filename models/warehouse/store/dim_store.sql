-- depends_on: {{ ref('dim_date') }}
with

sales as (
    select
        store_id,
        {{ local_date('min(transaction_timestamp)', 'America/New_York') }} as first_sale_date,
        {{ local_date('max(transaction_timestamp)', 'America/New_York') }} as last_sale_date
    from {{ source('complete_journey', 'transactions') }}
    group by store_id
),

promotions as (
    select distinct store_id
    from {{ source('complete_journey', 'promotions') }}
),

final as (
    select
        coalesce(sales.store_id, promotions.store_id) as store_id,
        sales.first_sale_date,
        sales.last_sale_date,
        promotions.store_id is not null as has_promotion_feed
    from sales
    full outer join promotions on sales.store_id = promotions.store_id
)

select * from final
