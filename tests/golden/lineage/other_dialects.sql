-- table lines(id, net, qty, sku, day)
-- table products(id, name)

--# Snowflake: a common model
-- dialect: snowflake
with source as (select * from lines), renamed as (select $1 as first, id::number(38, 0) as line_id, iff(qty > 0, net / qty, 0) as price from source)
select line_id, price, zeroifnull(price) as safe from renamed
-- line_id: computed from lines.id
-- price: computed from lines.qty, lines.net
-- safe: computed from lines.qty, lines.net

--# Snowflake: columns of a stage by number cannot be looked up
-- dialect: snowflake
select decode(sku, 'a', 1, 'b', qty, 0) as code, nvl2(sku, net, qty) as either from lines
-- code: computed from lines.sku, lines.qty
-- either: computed from lines.sku, lines.net, lines.qty

--# Redshift: a common model
-- dialect: redshift
select nvl(net, 0) as net, getdate() as now, listagg(distinct sku, ',') within group (order by day) as skus from lines group by 1
-- net: computed from lines.net
-- now: constant
-- skus: aggregated from lines.sku, lines.day
-- rows grouped by lines.net

--# Postgres: a common model
-- dialect: postgres
select distinct on (id) id, sku ~* 'a' as a, net::numeric(12, 2) as net, array_agg(qty) over (partition by id) as qtys from lines order by id, day desc
-- id: copied from lines.id
-- a: computed from lines.sku
-- net: computed from lines.net
-- qtys: computed from lines.qty, lines.id
-- rows grouped by lines.id
-- rows limited by lines.id, lines.day

--# Postgres: a lateral join with the last of each
-- dialect: postgres
select p.name, l.net from products as p left join lateral (select net from lines where lines.id = p.id order by day desc limit 1) as l on true
-- name: copied from products.name
-- net: copied from lines.net
-- rows joined on products.id
-- rows filtered by lines.id
-- rows limited by lines.day

--# Postgres: quoted names with capitals
-- dialect: postgres
-- table Crm.Accounts(Id, Name)
select "Id" as id, a."Name" from "Crm"."Accounts" as a
-- id: copied from Crm.Accounts.Id
-- name: copied from Crm.Accounts.Name

--# Spark: a common model
-- dialect: spark
select id, named_struct('a', net, 'b', qty).b as b, collect_list(sku) over (partition by id) as skus, nvl(day, current_date()) as day from lines
-- id: copied from lines.id
-- b: renamed from lines.qty
-- skus: computed from lines.sku, lines.id
-- day: computed from lines.day

--# Databricks: a qualified row number and a colon cast
-- dialect: databricks
select id, net::string as net from lines qualify row_number() over (partition by id order by day desc) = 1
-- id: copied from lines.id
-- net: computed from lines.net
-- rows filtered by lines.id, lines.day

--# Trino: a common model
-- dialect: trino
select try_cast(net as double) as net, approx_distinct(sku) as skus, max_by(qty, day) as last, array_agg(sku order by day) as list from lines group by 1
-- net: computed from lines.net
-- skus: aggregated from lines.sku
-- last: aggregated from lines.qty, lines.day
-- list: aggregated from lines.sku, lines.day
-- rows grouped by lines.net

--# Athena: a common model
-- dialect: athena
select date_parse(day, '%Y') as day, row(net, qty) as pair, coalesce(try(net / qty), 0) as price from lines
-- day: computed from lines.day
-- pair: computed from lines.net, lines.qty
-- price: computed from lines.net, lines.qty

--# SQL Server: a common model
-- dialect: tsql
select top (5) total = sum(l.net), isnull([l].[sku], 'none') as [sku], iif(qty > 0, 1, 0) as sold
from [lines] as l group by [l].[sku], qty order by sum(l.net) desc
-- total: aggregated from lines.net
-- sku: computed from lines.sku
-- sold: computed from lines.qty
-- rows grouped by lines.sku, lines.qty
-- rows limited by lines.net

--# SQL Server: convert and string_agg
-- dialect: tsql
select convert(varchar(10), day, 120) as day, string_agg(sku, ',') within group (order by qty) as skus from lines with (nolock) group by day
-- day: computed from lines.day
-- skus: aggregated from lines.sku, lines.qty
-- rows grouped by lines.day

--# ClickHouse: a common model
-- dialect: clickhouse
select toDate(day) as d, sum(net) as total, if(qty > 0, 'a', 'b') as flag from lines final prewhere sku = 'x' group by d, flag
-- d: computed from lines.day
-- total: aggregated from lines.net
-- flag: computed from lines.qty
-- rows filtered by lines.sku
-- rows grouped by lines.day, lines.qty

--# ClickHouse: a global join and a tuple
-- dialect: clickhouse
select p.name, tuple(l.net, l.qty) as pair from lines as l any left join products as p on l.id = p.id
-- name: copied from products.name
-- pair: computed from lines.net, lines.qty
-- rows joined on lines.id, products.id

--# BigQuery: a common model
-- dialect: bigquery
with source as (select * except (day), parse_date('%Y', day) as day from lines)
select id, safe_divide(net, qty) as price, ifnull(sku, 'none') as sku, farm_fingerprint(concat(id, '-', sku)) as key, day from source
-- id: copied from lines.id
-- price: computed from lines.net, lines.qty
-- sku: computed from lines.sku
-- key: computed from lines.id, lines.sku
-- day: computed from lines.day

--# MySQL: a common model
-- dialect: mysql
select `net` * 2 as twice, ifnull(qty, 0) as qty, group_concat(sku order by day separator ',') as skus from `lines` group by net, qty
-- twice: computed from lines.net
-- qty: computed from lines.qty
-- skus: aggregated from lines.sku, lines.day
-- rows grouped by lines.net, lines.qty
