-- table lines(id, net, qty)

--# A regular expression chooses columns
select columns('n.*|id') from lines
-- id: copied from lines.id
-- net: copied from lines.net

--# An expression around columns makes one column of each
select columns(*) + 1 from lines
-- id: computed from lines.id
-- net: computed from lines.net
-- qty: computed from lines.qty

--# An aggregate around columns aggregates each
select min(columns(* exclude (id))) from lines
-- net: aggregated from lines.net
-- qty: aggregated from lines.qty

--# A lambda chooses columns by name
select columns(c -> c like 'n%') from lines
-- net: copied from lines.net

--# A list chooses columns, in the order of the table
select columns(['qty', 'net']) from lines
-- net: copied from lines.net
-- qty: copied from lines.qty

--# A pattern renames what it matches
select columns('(net|qty)') as 'line_\1' from lines
-- line_net: renamed from lines.net
-- line_qty: renamed from lines.qty

--# Columns mixes with a column that is in every result
select coalesce(columns('net|qty'), id) from lines
-- net: computed from lines.net, lines.id
-- qty: computed from lines.qty, lines.id

--# Columns in a filter filters by each
select id from lines where columns('net|qty') > 0
-- id: copied from lines.id
-- rows filtered by lines.net, lines.qty

--# Columns of a CTE are the columns of the CTE
with priced as (select id, net / qty as net_price from lines)
select columns('net.*') from priced
-- net_price: computed from lines.net, lines.qty
