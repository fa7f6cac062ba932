select c.size_class_name, c.product_id
from {{ ref('shelf_size_class') }} c
where c.size_class_name <> 'unknown'
