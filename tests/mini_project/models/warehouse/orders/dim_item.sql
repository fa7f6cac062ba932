select
    item,
    price
from {{ latest_batch(source('shop', 'items')) }} as latest
