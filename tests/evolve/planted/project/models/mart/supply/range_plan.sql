select t.department_name, t.category_name, count(*) as listed_product_count
from {{ ref('product_tree') }} t
where t.category_name is not null
group by t.department_name, t.category_name
