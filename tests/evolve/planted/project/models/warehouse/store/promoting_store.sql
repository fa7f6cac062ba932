-- the stores whose promotions we know, with how many weeks of them
select
    store_id,
    count(distinct week_number) as known_weeks
from {{ ref('fct_promotion') }}
group by store_id
