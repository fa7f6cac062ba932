select r.week_number, count(distinct r.household_id) as active_household_count
  from (select x.household_id, d.week_number
          from {{ ref('fct_coupon_redemption') }} x
          join {{ ref('dim_date') }} d on d.date_day = x.redeemed_date) r
 where r.week_number is not null
 group by r.week_number
