-- table lines(id, net, day)
-- table returns(id, day, reason varchar)

--# A semi join filters
select * from lines semi join returns using (id)
-- id: copied from lines.id
-- net: copied from lines.net
-- day: copied from lines.day
-- rows filtered by lines.id, returns.id

--# A semi join on a condition filters
select net from lines as l semi join returns as r on l.id = r.id and r.reason = 'x'
-- net: copied from lines.net
-- rows filtered by lines.id, returns.id, returns.reason

--# An anti join filters
select id from lines as l anti join returns as r on l.id = r.id
-- id: copied from lines.id
-- rows filtered by lines.id, returns.id

--# The right side of an anti join has no columns in the result
select day from lines anti join returns using (id)
-- day: copied from lines.day
-- rows filtered by lines.id, returns.id

--# An asof join joins
select l.net, r.reason from lines as l asof join returns as r on l.id = r.id and l.day >= r.day
-- net: copied from lines.net
-- reason: copied from returns.reason
-- rows joined on lines.id, returns.id, lines.day, returns.day

--# An asof join with using has the keys of the left
select * from lines asof left join returns using (id, day)
-- id: copied from lines.id
-- net: copied from lines.net
-- day: copied from lines.day
-- reason: copied from returns.reason
-- rows joined on lines.id, returns.id, lines.day, returns.day

--# Spark's left semi and left anti join filter
-- dialect: spark
select l.* from lines as l left semi join returns as r on l.id = r.id left anti join returns as s on s.day = l.day
-- id: copied from lines.id
-- net: copied from lines.net
-- day: copied from lines.day
-- rows filtered by lines.id, returns.id, lines.day, returns.day
