-- table sales(region varchar, product varchar, year, amount)

--# The columns of a static pivot are aggregated from the values and from the key
pivot sales on year in (2020, 2021) using sum(amount) group by region
-- region: copied from sales.region
-- 2020: aggregated from sales.amount, sales.year
-- 2021: aggregated from sales.amount, sales.year
-- rows grouped by sales.region

--# A pivot without group by keeps what it does not use
pivot sales on year in (2020) using sum(amount)
-- region: copied from sales.region
-- product: copied from sales.product
-- 2020: aggregated from sales.amount, sales.year
-- rows grouped by sales.region, sales.product

--# Two aggregates with aliases make two columns of each value
pivot sales on year in (2020, 2021) using sum(amount) as total, count(*) as n group by region
-- region: copied from sales.region
-- 2020_total: aggregated from sales.amount, sales.year
-- 2020_n: aggregated from sales.year
-- 2021_total: aggregated from sales.amount, sales.year
-- 2021_n: aggregated from sales.year
-- rows grouped by sales.region

--# The standard's pivot in a from clause
select * from sales pivot (sum(amount) for year in (2020, 2021) group by region)
-- region: copied from sales.region
-- 2020: aggregated from sales.amount, sales.year
-- 2021: aggregated from sales.amount, sales.year
-- rows grouped by sales.region

--# The values of a pivot take aliases
select region, first, second from sales pivot (sum(amount) for year in (2020 as first, 2021 as second))
-- region: copied from sales.region
-- first: aggregated from sales.amount, sales.year
-- second: aggregated from sales.amount, sales.year
-- rows grouped by sales.region, sales.product

--# A pivot reads a sub-query
pivot (select region, year, amount * 2 as twice from sales where amount > 0) on year in (2020) using max(twice)
-- region: copied from sales.region
-- 2020: aggregated from sales.amount, sales.year
-- rows filtered by sales.amount
-- rows grouped by sales.region

--# A pivot reads a CTE
with slim as (select region as place, year, amount from sales)
select place, "2020" as y from slim pivot (sum(amount) for year in (2020))
-- place: renamed from sales.region
-- y: aggregated from sales.amount, sales.year
-- rows grouped by sales.region

--# A pivot inside a CTE
with wide as (pivot sales on year in (2020, 2021) using sum(amount) group by region)
select region, "2021" - "2020" as growth from wide
-- region: copied from sales.region
-- growth: aggregated from sales.amount, sales.year
-- rows grouped by sales.region

--# A dynamic pivot has the columns that its result is known to have
-- names: region, 2020, 2021
pivot sales on year using sum(amount) group by region
-- region: copied from sales.region
-- 2020: aggregated from sales.amount, sales.year
-- 2021: aggregated from sales.amount, sales.year
-- rows grouped by sales.region

--# A dynamic pivot of unknown result cannot be resolved
pivot sales on year using sum(amount) group by region
-- region: copied from sales.region
-- rows grouped by sales.region
-- unresolved: pivot
-- incomplete

--# BigQuery's pivot names its columns by value and alias
-- dialect: bigquery
select * from (select region, product, amount from sales)
pivot (sum(amount) as total, count(*) as n for product in ('apple', 'pear' as p))
-- region: copied from sales.region
-- total_apple: aggregated from sales.amount, sales.product
-- n_apple: aggregated from sales.product
-- total_p: aggregated from sales.amount, sales.product
-- n_p: aggregated from sales.product
-- rows grouped by sales.region

--# BigQuery's pivot of one aggregate without alias names its columns by value
-- dialect: bigquery
select p.region, p.apple from (select region, product, amount from sales) pivot (sum(amount) for product in ('apple')) as p
-- region: copied from sales.region
-- apple: aggregated from sales.amount, sales.product
-- rows grouped by sales.region

--# Snowflake's pivot takes names from an alias with columns
-- dialect: snowflake
select * from (select region, product, amount from sales) pivot (sum(amount) for product in ('apple', 'pear')) as p (region, apples, pears)
-- region: copied from sales.region
-- apples: aggregated from sales.amount, sales.product
-- pears: aggregated from sales.amount, sales.product
-- rows grouped by sales.region
