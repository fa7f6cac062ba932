select
    p.product_id,
    case
        when p.package_unit is null then 'unknown'
        when p.package_unit = 'oz' and p.package_quantity * p.package_unit_count > 64 then 'deep'
        else 'standard'
    end as size_class_name
from {{ ref('dim_product') }} as p
