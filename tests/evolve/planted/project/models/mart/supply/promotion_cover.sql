select p.store_id, p.known_weeks as promotion_cover_weeks
from {{ ref('promoting_store') }} p
where p.known_weeks >= 10
