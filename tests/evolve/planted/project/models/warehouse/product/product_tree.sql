select
    product_id,
    department_name,
    category_name,
    type_name
from {{ ref('dim_product') }}
