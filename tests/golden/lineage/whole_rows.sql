-- table lines(id, net, qty)
-- table net(net, other)

--# A relation as a value is made of all its columns
select l from lines as l
-- l: computed from lines.id, lines.net, lines.qty

--# A relation as an argument is made of all its columns
select to_json(lines) as doc, hash(l2) as h from lines cross join (select id, qty * 2 as twice from lines) as l2
-- doc: computed from lines.id, lines.net, lines.qty
-- h: computed from lines.id, lines.qty

--# A relation in an aggregate is made of all its columns
select list(l) as all_rows, arg_max(l, qty) as last from lines as l
-- all_rows: aggregated from lines.id, lines.net, lines.qty
-- last: aggregated from lines.id, lines.net, lines.qty

--# A field of a whole row is the column
with rows as (select l as line from lines as l)
select line.net, rows.line.qty as amount from rows
-- net: copied from lines.net
-- amount: renamed from lines.qty

--# A field of the last row is the column and the order
with last as (select id, arg_max(l, qty) as line from lines as l group by id)
select line.net from last
-- net: aggregated from lines.net, lines.qty
-- rows grouped by lines.id

--# A column wins over its relation of the same name
select net from net
-- net: copied from net.net

--# A count of a relation that may be missing counts rows
select count(n.*) as n from lines as l left join net as n on l.id = n.other
-- n: aggregated from nothing
-- rows joined on lines.id, net.other

--# A filter on a whole row filters by all its columns
select l.id from lines as l left join net as n on l.id = n.other where n is not null
-- id: copied from lines.id
-- rows joined on lines.id, net.other
-- rows filtered by net.net, net.other
