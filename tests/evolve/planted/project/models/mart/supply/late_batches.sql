select
  t._batch_id as batch_name,
  count(*) as row_count,
  max(t._loaded_at) as loaded_at
from {{ source('complete_journey', 'transactions') }} t
group by t._batch_id
