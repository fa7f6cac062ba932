-- table lines(id, net, qty)

--# A list of values is constant
select a, b from (values (1, 'x'), (2, 'y')) as v(a, b)
-- a: constant
-- b: constant

--# A list of values in a CTE
with rates(code, rate) as (values ('a', 1), ('b', 2))
select l.net * r.rate as usd, r.code from lines as l join rates as r on l.id = r.rate
-- usd: computed from lines.net
-- code: constant
-- rows joined on lines.id

--# A list of values alone
values (1, 'x')
-- col0: constant
-- col1: constant

--# A series is constant
select i as n from range(10) as r(i)
-- n: constant

--# A series under its own name is constant
select range, generate_series from range(3), generate_series(1, 3)
-- range: constant
-- generate_series: constant

--# A series in a join
select l.net, s.i from lines as l cross join generate_series(1, 3) as s(i)
-- net: copied from lines.net
-- i: constant

--# A file is a relation by its text
select id, net as amount from read_csv('sales.csv') where qty > 0
-- id: copied from read_csv('sales.csv').id
-- amount: renamed from read_csv('sales.csv').net
-- rows filtered by read_csv('sales.csv').qty

--# A file of parquet with an alias
select p.id from read_parquet('sales.parquet') as p
-- id: copied from read_parquet('sales.parquet').id

--# A star of a file is not complete
select * from read_parquet('sales.parquet')
-- unresolved: sales.parquet
-- incomplete

--# A file by its quoted name
select id from 'sales.parquet'
-- id: copied from sales.parquet.id

--# From comes first
from lines select net, qty * 2 as twice where id > 0
-- net: copied from lines.net
-- twice: computed from lines.qty
-- rows filtered by lines.id

--# From alone is a star
from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- qty: copied from lines.qty

--# From alone inside brackets
select net from (from lines where qty > 0)
-- net: copied from lines.net
-- rows filtered by lines.qty

--# A sample has the columns of its relation
select net from lines tablesample 10%
-- net: copied from lines.net

--# MySQL's table in brackets
-- dialect: mysql
select net from (lines)
-- net: copied from lines.net

--# BigQuery's list of structs is constant
-- dialect: bigquery
select x.a, b from unnest([struct(1 as a, 'x' as b), struct(2, 'y')]) as x
-- a: constant
-- b: constant

--# Snowflake's generator is constant
-- dialect: snowflake
select seq4() as n, row_number() over (order by seq4()) as m from table(generator(rowcount => 10))
-- n: constant
-- m: constant

--# Snowflake's columns of values are numbered
-- dialect: snowflake
select column1 as a, column2 as b from values (1, 'x'), (2, 'y')
-- a: constant
-- b: constant
