with

basket_lines as (
    select * from {{ ref('basket_line_product') }}
),

dates as (
    select * from {{ ref('dim_date') }}
),

lines as (
    select
        week_start_date,
        sold_date,
        department_name,
        coalesce(category_name, 'UNCATEGORIZED') as category_name,
        net_sales_usd,
        unit_count,
        fuel_gal
    from basket_lines
),

covered as (
    select
        min(sold_date) as first_sold_date,
        max(sold_date) as last_sold_date
    from lines
),

-- The days of each week that the data covers: the first and the last week may be cut off.
weeks as (
    select
        dates.week_start_date,
        dates.week_number,
        min(dates.date_day) as first_covered_date,
        count(*) = 7 as is_whole_week
    from dates
    cross join covered
    where dates.date_day between covered.first_sold_date and covered.last_sold_date
    group by dates.week_start_date, dates.week_number
),

sales as (
    select
        week_start_date,
        department_name,
        category_name,
        sum(net_sales_usd) as net_sales_usd,
        sum(unit_count) as unit_count,
        sum(fuel_gal) as fuel_gal
    from lines
    group by week_start_date, department_name, category_name
),

categories as (
    select distinct
        department_name,
        category_name
    from sales
),

-- Weeks in which a category sells nothing are facts too, and the week after needs them to compare with.
filled as (
    select
        weeks.week_start_date,
        weeks.week_number,
        weeks.first_covered_date,
        weeks.is_whole_week,
        categories.department_name,
        categories.category_name,
        coalesce(sales.net_sales_usd, 0) as net_sales_usd,
        coalesce(sales.unit_count, 0) as unit_count,
        coalesce(sales.fuel_gal, 0) as fuel_gal
    from weeks
    cross join categories
    left join sales
        on
            weeks.week_start_date = sales.week_start_date
            and categories.department_name = sales.department_name
            and categories.category_name = sales.category_name
),

compared as (
    select
        *,
        sum(net_sales_usd) over (partition by week_start_date, department_name) as department_net_sales_usd,
        case
            when is_whole_week and lag(is_whole_week) over category_weeks
                then lag(net_sales_usd) over category_weeks
        end as comparable_net_sales_usd
    from filled
    window category_weeks as (partition by department_name, category_name order by week_start_date)
),

final as (
    select
        week_number,
        first_covered_date as week_start_date,
        is_whole_week,
        department_name,
        category_name,

        cast(net_sales_usd as numeric(14, 2)) as net_sales_usd,
        cast(unit_count as bigint) as unit_count,
        cast(fuel_gal as numeric(18, 3)) as fuel_gal,
        {{ ribbon.ratio('(net_sales_usd - comparable_net_sales_usd)', 'comparable_net_sales_usd') }} as net_sales_change_ratio,
        {{ ribbon.ratio('net_sales_usd', 'department_net_sales_usd') }} as department_sales_share
    from compared
)

select * from final
