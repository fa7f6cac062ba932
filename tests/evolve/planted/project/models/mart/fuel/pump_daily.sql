with sold as (
    select
        t.store_id,
        cast(t.transaction_timestamp as date) as pumped_date,
        t.quantity,
        t.sales_value
    from {{ source('complete_journey', 'transactions') }} as t
    inner join {{ source('complete_journey', 'products') }} as p on t.product_id = p.product_id
    where p.product_type = 'GASOLINE-REG UNLEADED'
)

select
    store_id,
    pumped_date,
    count(*) as pump_stop_count,
    cast(sum(sales_value) as numeric(14, 2)) as pump_takings_usd
from sold
group by store_id, pumped_date
