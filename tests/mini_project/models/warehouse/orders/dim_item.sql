select
    item,
    price
from {{ ribbon.latest_batch(source('shop', 'items')) }} as latest
