select
    campaign_id,
    start_date,
    end_date
from {{ ref('dim_campaign') }}
