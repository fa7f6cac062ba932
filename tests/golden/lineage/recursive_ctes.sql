-- table nodes(id, parent, name varchar)
-- table lines(id, net, qty)

--# A tree is walked from its roots
with recursive tree as (
    select id, parent, 0 as depth from nodes where parent is null
    union all
    select n.id, n.parent, t.depth + 1 from nodes as n join tree as t on n.parent = t.id
)
select id, parent, depth from tree
-- id: copied from nodes.id
-- parent: copied from nodes.parent
-- depth: constant
-- rows filtered by nodes.parent
-- rows joined on nodes.id, nodes.parent

--# A path gathers what each step adds
with recursive tree as (
    select id, name as path from nodes where parent = 0
    union all
    select n.id, t.path || '/' || n.id from nodes as n join tree as t on n.parent = t.id
)
select path from tree
-- path: computed from nodes.id, nodes.name
-- rows filtered by nodes.parent
-- rows joined on nodes.id, nodes.parent

--# Names in the list of a recursive CTE are known inside of it
with recursive r(n, k) as (
    select id, qty from lines
    union all
    select n + k, k from r where n < 5
)
select n, k from r
-- n: computed from lines.id, lines.qty
-- k: renamed from lines.qty
-- rows filtered by lines.id, lines.qty

--# Columns that change places gather each other's origins
with recursive r as (
    select id as a, net as b, 0 as step from lines
    union all
    select b, a, step + 1 from r where step < 3
)
select a from r
-- a: renamed from lines.id, lines.net

--# An origin that reaches a column only in the second round is found
with recursive r as (
    select id as a, net as b, qty as c, 0 as step from lines
    union all
    select b, c, c, step + 1 from r where step < 3
)
select a from r
-- a: renamed from lines.id, lines.net, lines.qty

--# A generated series is a constant
with recursive days as (select 1 as day union all select day + 1 from days where day < 7)
select day from days
-- day: constant

--# A CTE that does not read itself is no worse for the word recursive
with recursive sold as (select net from lines where qty > 0)
select net from sold
-- net: copied from lines.net
-- rows filtered by lines.qty

--# A recursive union without all groups by its columns
with recursive reach as (
    select id from nodes where parent = 0
    union
    select n.id from nodes as n join reach as r on n.parent = r.id
)
select id from reach
-- id: copied from nodes.id
-- rows filtered by nodes.parent
-- rows joined on nodes.id, nodes.parent
-- rows grouped by nodes.id

--# A second CTE reads a recursive one
-- dialect: bigquery
with recursive tree as (
    select id, id as root from nodes where parent is null
    union all
    select n.id, t.root from nodes as n inner join tree as t on n.parent = t.id
), counted as (select root, count(*) as members from tree group by root)
select * from counted
-- root: renamed from nodes.id
-- members: aggregated from nothing
-- rows filtered by nodes.parent
-- rows joined on nodes.id, nodes.parent
-- rows grouped by nodes.id
