with

baskets as (
    select * from {{ ref('fct_basket') }}
),

as_of as (
    select max(sold_date) as as_of_date
    from baskets
),

households as (
    select
        household_id,
        min(sold_date) as first_purchase_date,
        max(sold_date) as last_purchase_date,
        count(*) as basket_count,
        cast(sum(net_sales_usd) as numeric(14, 2)) as net_sales_usd
    from baskets
    group by household_id
),

measured as (
    select
        households.*,
        as_of.as_of_date,
        {{ ribbon.days_between('households.last_purchase_date', 'as_of.as_of_date') }} as recency_days
    from households
    cross join as_of
),

scored as (
    select
        *,
        {{ ribbon.mid_rank_quantile('recency_days', best='low') }} as recency_quintile,
        {{ ribbon.mid_rank_quantile('basket_count') }} as frequency_quintile,
        {{ ribbon.mid_rank_quantile('net_sales_usd') }} as monetary_quintile
    from measured
),

final as (
    select
        household_id,
        as_of_date,
        first_purchase_date,
        last_purchase_date,

        recency_days,
        basket_count,
        net_sales_usd,

        recency_quintile,
        frequency_quintile,
        monetary_quintile,
        case
            when recency_quintile >= 4 and frequency_quintile + monetary_quintile >= 8 then 'Champions'
            when recency_quintile >= 3 and frequency_quintile + monetary_quintile >= 6 then 'Loyal'
            when recency_quintile >= 4 then 'Promising'
            when recency_quintile = 3 then 'Needs attention'
            when frequency_quintile + monetary_quintile >= 8 then 'Cannot lose'
            when frequency_quintile + monetary_quintile >= 6 then 'At risk'
            else 'Hibernating'
        end as rfm_segment
    from scored
)

select * from final
