select c.campaign_id, d.month_number, count(*) as accrued_days
  from {{ ref('campaign_calendar') }} c
  join {{ ref('dim_date') }} d on d.date_day between c.start_date and c.end_date
 group by c.campaign_id, d.month_number
