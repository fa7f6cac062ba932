select s.store_id, s.opening_date, s.closing_date
from {{ ref('store_directory') }} s
where s.opening_date is not null
