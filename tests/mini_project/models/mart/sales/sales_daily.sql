select
    orders.day,
    sum(orders.quantity) as unit_count,
    sum(orders.quantity * items.price) as sales_usd
from {{ ref('fct_order') }} as orders
left join {{ ref('dim_item') }} as items on orders.item = items.item
group by orders.day
