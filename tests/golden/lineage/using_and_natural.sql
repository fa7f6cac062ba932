-- table a(x, k, y)
-- table b(z, k, y)
-- table c(k, w)

--# Using takes the key from the left
select k, x, z from a join b using (k)
-- k: copied from a.k
-- x: copied from a.x
-- z: copied from b.z
-- rows joined on a.k, b.k

--# Using with a left join takes the key from the left
select k from a left join b using (k)
-- k: copied from a.k
-- rows joined on a.k, b.k

--# Using with a right join takes the key from the right
select k from a right join b using (k)
-- k: copied from b.k
-- rows joined on a.k, b.k

--# Using with a full join computes the key from both
select k from a full join b using (k)
-- k: computed from a.k, b.k
-- rows joined on a.k, b.k

--# A qualified key is that side's, whatever the join
select a.k as left_k, b.k as right_k from a full join b using (k)
-- left_k: renamed from a.k
-- right_k: renamed from b.k
-- rows joined on a.k, b.k

--# A star has the key once, in DuckDB where the left has it
select * from a join b using (k)
-- x: copied from a.x
-- k: copied from a.k
-- y: copied from a.y
-- z: copied from b.z
-- y (2): copied from b.y
-- rows joined on a.k, b.k

--# A star after a full join has the key from both
select * from a full join b using (k, y)
-- x: copied from a.x
-- k: computed from a.k, b.k
-- y: computed from a.y, b.y
-- z: copied from b.z
-- rows joined on a.k, b.k, a.y, b.y

--# A star after a right join has the key from the right
select * from a right join b using (k, y)
-- x: copied from a.x
-- k: copied from b.k
-- y: copied from b.y
-- z: copied from b.z
-- rows joined on a.k, b.k, a.y, b.y

--# A star of one side has its own key
select b.*, a.x from a join b using (k)
-- z: copied from b.z
-- k: copied from b.k
-- y: copied from b.y
-- x: copied from a.x
-- rows joined on a.k, b.k

--# A star that leaves the key out
select * exclude (k) from a join b using (k)
-- x: copied from a.x
-- y: copied from a.y
-- z: copied from b.z
-- y (2): copied from b.y
-- rows joined on a.k, b.k

--# Three relations by one key
select k, w from a join b using (k) join c using (k)
-- k: copied from a.k
-- w: copied from c.w
-- rows joined on a.k, b.k, c.k

--# The key of a full join joins the next with both its sides
select k from a full join b using (k) left join c using (k)
-- k: computed from a.k, b.k
-- rows joined on a.k, b.k, c.k

--# Two full joins compute the key from three
select k from a full join b using (k) full join c using (k)
-- k: computed from a.k, b.k, c.k
-- rows joined on a.k, b.k, c.k

--# A natural join joins on all names that both have
select * from a natural join b
-- x: copied from a.x
-- k: copied from a.k
-- y: copied from a.y
-- z: copied from b.z
-- rows joined on a.k, b.k, a.y, b.y

--# A natural full join computes its keys
select k, y from a natural full join b
-- k: computed from a.k, b.k
-- y: computed from a.y, b.y
-- rows joined on a.k, b.k, a.y, b.y

--# A natural join goes by the names of a sub-query
select k, v from a natural join (select k, z as v from b) as s
-- k: copied from a.k
-- v: renamed from b.z
-- rows joined on a.k, b.k

--# A filter by the key of a full join filters by both
select x from a full join b using (k) where k > 1
-- x: copied from a.x
-- rows joined on a.k, b.k
-- rows filtered by a.k, b.k

--# Postgres puts the keys first in a star
-- dialect: postgres
select * from a join b using (k)
-- k: copied from a.k
-- x: copied from a.x
-- y: copied from a.y
-- z: copied from b.z
-- y (2): copied from b.y
-- rows joined on a.k, b.k

--# BigQuery puts the keys first in a star
-- dialect: bigquery
select * from a left join b using (y)
-- y: copied from a.y
-- x: copied from a.x
-- k: copied from a.k
-- z: copied from b.z
-- k (2): copied from b.k
-- rows joined on a.y, b.y

--# A key that one side lacks cannot be resolved
select x from a join b using (x)
-- x: copied from a.x
-- rows joined on a.x
-- unresolved: x
