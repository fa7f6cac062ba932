-- table lines(id, net, qty, sku varchar)

--# A column under its own name is copied
select net from lines
-- net: copied from lines.net

--# A column under its own name in other letters is copied
select NET, lines.Qty as qTY from LINES
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A column under another name is renamed
select net as gross, qty amount from lines
-- gross: renamed from lines.net
-- amount: renamed from lines.qty

--# Two columns that swap their names are renamed
select net as qty, qty as net from lines
-- qty: renamed from lines.net
-- net: renamed from lines.qty

--# Brackets do nothing to a column
select (net) as net, ((qty)) as amount from lines
-- net: copied from lines.net
-- amount: renamed from lines.qty

--# Any expression computes, even one of the column alone under its own name
select -net as net, lines.qty + 0 as qty from lines
-- net: computed from lines.net
-- qty: computed from lines.qty by lines.qty + 0

--# Every column in an expression counts
select case when qty > 0 then net / qty else id end as price, coalesce(net, qty) as either from lines
-- price: computed from lines.id, lines.net, lines.qty
-- either: computed from lines.net, lines.qty

--# A simple case counts what it compares
select case qty when id then net end as x from lines
-- x: computed from lines.id, lines.net, lines.qty

--# A comparison counts both sides and a range all three
select net > qty as more, id between net and qty as inside, sku like 'a%' as a from lines
-- more: computed from lines.net, lines.qty
-- inside: computed from lines.id, lines.net, lines.qty
-- a: computed from lines.sku

--# An aggregate aggregates
select sum(lines.net) as net from lines
-- net: aggregated from lines.net by sum(lines.net)

--# An expression of aggregates is aggregated, each leaf by where it stands
select qty, sum(net) * qty as x from lines group by qty
-- qty: copied from lines.qty
-- x: aggregated from lines.net
-- x: computed from lines.qty
-- rows grouped by lines.qty

--# A key that stands beside aggregates is copied or renamed
select sku, qty as amount, max(net) as net from lines group by sku, qty
-- sku: copied from lines.sku
-- amount: renamed from lines.qty
-- net: aggregated from lines.net
-- rows grouped by lines.sku, lines.qty

--# A column that is used plainly and in an aggregate is aggregated once
select net - min(net) as above from lines group by net
-- above: aggregated from lines.net
-- rows grouped by lines.net

--# An expression inside an aggregate is aggregated with all its columns
select sum(case when qty > 0 then net end) as net from lines
-- net: aggregated from lines.net, lines.qty

--# The same column twice in an expression is one origin
select net * net + net as x from lines
-- x: computed from lines.net

--# The heaviest of two steps names the whole
select total / 2 as half from (select sum(lines.net) as total from lines) as totals
-- half: aggregated from lines.net

--# Steps are told from the outermost select inwards
select coalesce(totals.net, 0) as net from (select sum(lines.net) as net from lines) as totals
-- net: aggregated from lines.net by coalesce(totals.net, 0) <- sum(lines.net)

--# An expression that only passes through a select is told once
select doubled as twice from (select doubled from (select lines.net * 2 as doubled from lines) as a) as b
-- twice: computed from lines.net by lines.net * 2

--# A column that is renamed and renamed back is copied
select gross as net from (select net as gross from lines) as renamed
-- net: copied from lines.net

--# A column that is renamed twice is renamed
select b as c from (select a as b from (select net as a from lines) as x) as y
-- c: renamed from lines.net

--# A column that takes the name of another on the way is renamed
select net as qty from (select qty as net from lines) as swapped
-- qty: copied from lines.qty
