-- table lines(id, net, qty)
-- table products(id, name varchar)

--# Exclude leaves columns out
select * exclude (id, QTY) from lines
-- net: copied from lines.net

--# Exclude without brackets leaves one column out
select * exclude net from lines
-- id: copied from lines.id
-- qty: copied from lines.qty

--# Exclude of one relation leaves the other's column of that name
select l.* exclude (id), p.* from lines as l join products as p on l.id = p.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- id: copied from products.id
-- name: copied from products.name
-- rows joined on lines.id, products.id

--# Exclude of a plain star leaves the name out of every relation
select * exclude (id) from lines as l join products as p on l.id = p.id
-- net: copied from lines.net
-- qty: copied from lines.qty
-- name: copied from products.name
-- rows joined on lines.id, products.id

--# Replace keeps the place of the column
select * replace (net * qty as net) from lines
-- id: copied from lines.id
-- net: computed from lines.net, lines.qty
-- qty: copied from lines.qty

--# Replace by another column is a renaming
select * replace (qty as net, 0 as qty) from lines
-- id: copied from lines.id
-- net: renamed from lines.qty
-- qty: constant

--# Replace reads the columns of the from clause, not what it replaces
select * replace (net + 1 as net, net + 2 as qty) from lines
-- id: copied from lines.id
-- net: computed from lines.net
-- qty: computed from lines.net

--# Rename keeps the place and the origin
select * rename (net as gross, id as line_id) from lines
-- line_id: renamed from lines.id
-- gross: renamed from lines.net
-- qty: copied from lines.qty

--# Exclude and replace go together
select * exclude (id) replace (abs(net) as net) from lines
-- net: computed from lines.net
-- qty: copied from lines.qty

--# Exclude and rename go together
select * exclude (id) rename (net as gross) from lines
-- gross: renamed from lines.net
-- qty: copied from lines.qty

--# A column that the star leaves out can still filter
select * exclude (qty) from lines where qty > 0
-- id: copied from lines.id
-- net: copied from lines.net
-- rows filtered by lines.qty

--# BigQuery's except leaves columns out
-- dialect: bigquery
select * except (id) from lines
-- net: copied from lines.net
-- qty: copied from lines.qty

--# BigQuery's except and replace go together
-- dialect: bigquery
select lines.* except (id) replace (net / qty as net) from lines
-- net: computed from lines.net, lines.qty
-- qty: copied from lines.qty

--# Snowflake renames in a star and then adds a column of the old name
-- dialect: snowflake
select * exclude (qty) rename (net as gross), qty as net from lines
-- id: copied from lines.id
-- gross: renamed from lines.net
-- net: renamed from lines.qty

--# Databricks leaves columns out with except
-- dialect: databricks
select * except (qty), upper(net) as net_text from lines
-- id: copied from lines.id
-- net: copied from lines.net
-- net_text: computed from lines.net

--# A CTE of a star that leaves columns out has only the rest
with slim as (select * exclude (qty) from lines)
select * from slim
-- id: copied from lines.id
-- net: copied from lines.net
