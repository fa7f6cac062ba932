-- table lines(id, net, qty, day date, sku varchar)

--# A filter of an aggregate is inside of it
select sum(net) filter (where qty > 0) as net, count(*) filter (where sku = 'x') as n from lines
-- net: aggregated from lines.net, lines.qty
-- n: aggregated from lines.sku

--# An order of an aggregate is inside of it
select list(sku order by day desc) as skus, string_agg(sku, ',' order by id) as text from lines
-- skus: aggregated from lines.sku, lines.day
-- text: aggregated from lines.sku, lines.id

--# An order within the group is inside of it
select percentile_cont(0.5) within group (order by net) as median from lines
-- median: aggregated from lines.net

--# An aggregate of two columns
select arg_max(sku, day) as last, min_by(net, qty) as first, corr(net, qty) as r from lines
-- last: aggregated from lines.sku, lines.day
-- first: aggregated from lines.net, lines.qty
-- r: aggregated from lines.net, lines.qty

--# Aggregates that only DuckDB knows
select
    any_value(sku) as a, mode(sku) as b, histogram(net) as c, product(net) as d, kurtosis(net) as e, bool_or(qty > 1) as f,
    quantile_cont(net, 0.5) as g, first(sku order by day) as h, approx_count_distinct(id) as i, list_distinct(list(id)) as j,
    count_if(qty > 1) as k, array_agg(id) as l, median(net) as m, geomean(net) as n, favg(net) as o
from lines
-- a: aggregated from lines.sku
-- b: aggregated from lines.sku
-- c: aggregated from lines.net
-- d: aggregated from lines.net
-- e: aggregated from lines.net
-- f: aggregated from lines.qty
-- g: aggregated from lines.net
-- h: aggregated from lines.sku, lines.day
-- i: aggregated from lines.id
-- j: aggregated from lines.id
-- k: aggregated from lines.qty
-- l: aggregated from lines.id
-- m: aggregated from lines.net
-- n: aggregated from lines.net
-- o: aggregated from lines.net

--# An aggregate of a window is two steps
select max(running) as peak from (select sum(net) over (order by day) as running from lines) as r
-- peak: aggregated from lines.net, lines.day

--# An aggregate of an aggregate
select avg(total) as mean from (select sum(net) as total from lines group by id) as t
-- mean: aggregated from lines.net
-- rows grouped by lines.id

--# A greatest is no aggregate
select greatest(net, qty) as g, least(net, 1) as l from lines
-- g: computed from lines.net, lines.qty
-- l: computed from lines.net

--# An aggregate of a list is no aggregate
select list_sum([net, qty]) as s, list_aggregate([id], 'max') as m from lines
-- s: computed from lines.net, lines.qty
-- m: computed from lines.id

--# BigQuery's aggregates
-- dialect: bigquery
select
    countif(qty > 1) as a, logical_or(qty > 1) as b, approx_quantiles(net, 4)[offset(2)] as c, any_value(sku having max day) as d,
    string_agg(distinct sku, ',' order by sku limit 3) as e, approx_top_count(sku, 1) as f, array_agg(net ignore nulls) as g,
    hll_count.init(id) as h
from lines
-- a: aggregated from lines.qty
-- b: aggregated from lines.qty
-- c: aggregated from lines.net
-- d: aggregated from lines.sku, lines.day
-- e: aggregated from lines.sku
-- f: aggregated from lines.sku
-- g: aggregated from lines.net
-- h: aggregated from lines.id

--# Snowflake's aggregates
-- dialect: snowflake
select
    listagg(sku, ',') within group (order by day) as a, object_agg(sku, net) as b, count_if(qty > 1) as c, boolor_agg(qty > 1) as d,
    array_agg(distinct sku) within group (order by sku) as e, max_by(sku, day) as f
from lines
-- a: aggregated from lines.sku, lines.day
-- b: aggregated from lines.sku, lines.net
-- c: aggregated from lines.qty
-- d: aggregated from lines.qty
-- e: aggregated from lines.sku
-- f: aggregated from lines.sku, lines.day

--# ClickHouse's aggregates
-- dialect: clickhouse
select
    sumIf(net, qty > 1) as a, uniqExact(id) as b, argMax(sku, day) as c, groupArray(sku) as d, quantile(0.5)(net) as e, countIf(qty > 1) as f
from lines
-- a: aggregated from lines.net, lines.qty
-- b: aggregated from lines.id
-- c: aggregated from lines.sku, lines.day
-- d: aggregated from lines.sku
-- e: aggregated from lines.net
-- f: aggregated from lines.qty
