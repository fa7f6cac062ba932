with

baskets as (
    select *
    from {{ ref('fct_basket') }}
),

stores as (
    select *
    from {{ ref('dim_store') }}
),

promoting as (
    select store_id
    from stores
    where has_promotion_feed
),

weekly as (
    select
        baskets.store_id,
        baskets.week_number,
        count(*) as trip_count,
        sum(baskets.line_count) as line_count
    from baskets
    inner join promoting on baskets.store_id = promoting.store_id
    group by baskets.store_id, baskets.week_number
),

-- The ten latest trips of a household, as a slow moving level.
levels as (
    select
        store_id,
        week_number,
        sum(net_sales_usd) over (
            partition by household_id
            order by sold_at, basket_id
            rows between 9 preceding and current row
        ) as ten_trips_usd
    from baskets
),

levelled as (
    select
        store_id,
        week_number,
        max(ten_trips_usd) as ten_trips_usd
    from levels
    group by store_id, week_number
),

final as (
    select
        weekly.store_id,
        weekly.week_number,
        cast(weekly.line_count as bigint) as weekly_line_count,
        cast(
            weekly.trip_count - avg(weekly.trip_count) over (partition by weekly.store_id) as numeric(14, 2)
        ) as excess_trip_count,
        cast(levelled.ten_trips_usd as numeric(14, 2)) as highest_ten_trips_usd
    from weekly
    inner join levelled
        on
            weekly.store_id = levelled.store_id
            and weekly.week_number = levelled.week_number
)

select * from final
