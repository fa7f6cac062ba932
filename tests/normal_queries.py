"""Queries in pairs that mean the same, or nearly, over three relations, and databases that tell them apart."""

import random
from collections import Counter

import duckdb

from ribbon.sql.tables import Table, Tables

COLUMNS = {"a": ("id", "x", "y", "d"), "b": ("id", "z", "k"), "c": ("k", "w")}
TABLES = Tables(Table(f"model.p.{name}", ("db", name), dict.fromkeys(names)) for name, names in COLUMNS.items())
SEEDS = range(12)

# Columns in the same order, so that rows can be compared; names differ on purpose.
SAME = {
    "aliases, join order, where for on": (
        "select a.x, b.z from a join b on a.id = b.id where a.y > 1",
        "SELECT p.xx, q.zz FROM (select id, z as zz from db.b) q, (select x as xx, id as i, y from a) as p"
        " where p.i = q.id and 1 < p.y",
    ),
    "three tables in another order": (
        "select a.x, c.w from a join b on a.id = b.id join c on b.k = c.k",
        "select l.x, n.w from c as n inner join b m on n.k = m.k inner join a l on m.id = l.id",
    ),
    "one CTE or four": (
        "select x, sum(y) s from a group by x",
        "with t as (select * from a), u as (select x, y from t), g as (select x as k, sum(y) total from u group by 1) "
        "select k, total from g",
    ),
    "distinct groups": ("select distinct x, y from a", "select x, y from a group by y, x"),
    "qualify": (
        "select x, y, row_number() over (partition by x order by y, d, id) rn from a qualify rn = 1",
        "select * from (select x, y, row_number() over (partition by x order by y, d, id) n from a) q where 1 = n",
    ),
    "between": ("select x from a where y between 1 and 2", "select x from a where 2 >= y and y >= 1"),
    "in": ("select x from a where y in (1, 2)", "select x from a where y = 2 or 1 = y"),
    "not in": ("select x from a where y not in (1, 2)", "select x from a where y <> 2 and not (y = 1)"),
    "a condition on keys": (
        "select x, count(*) n from a group by x having x > 1",
        "select x, count(1) from a where x > 1 group by 1",
    ),
    "a filter around groups": (
        "select x, count(*) n from a group by x having count(*) > 2",
        "select x, n from (select x, count(1) as n from a group by 1) where n > 2",
    ),
    "a filter inside the side that may be missing": (
        "select a.x, b.z from a left join b on a.id = b.id and b.z = 1",
        "select a.x, bb.z from a left join (select * from b where z = 1) bb using (id)",
    ),
    "right joins": (
        "select a.x, b.z from a left join b on a.id = b.id",
        "select a.x, b.z from b right join a on a.id = b.id",
    ),
    "left joins in another order": (
        "select a.x, b.z, c.w from a left join b on a.id = b.id left join c on a.y = c.k",
        "select a.x, b.z, c.w from a left join c on a.y = c.k left join b on a.id = b.id",
    ),
    "columns that a join makes equal": (
        "select a.id from a join b on a.id = b.id",
        "select b.id from a join b using (id)",
    ),
    "a relation joined with itself": (
        "select t.x, u.x as x2 from a t join a u on t.id = u.y",
        "select one.x as x9, two.x from a two join a one on two.y = one.id",
    ),
    "parts of a union": (
        "select x from a union all select z from b union all select w from c",
        "select w from c union all (select z from b union all select x from a)",
    ),
    "case": (
        "select case x when 1 then 2 end c from a",
        "select case when x = 1 then 2 else null end from a",
    ),
    "names of parameters": (
        "select list_sum(list_transform([x, y], lambda v: v + 1)) l from a",
        "select list_sum(list_transform([x, y], lambda each: each + 1)) from a",
    ),
    "rows up to the current one": (
        "select sum(y) over (order by id, x, y, d rows 1 preceding) s from a",
        "select sum(y) over (order by id, x, y, d rows between 1 preceding and current row) from a",
    ),
    "windows with names": (
        "select sum(y) over w s, count(*) over (w order by y, id, d) n from a window w as (partition by x)",
        "select sum(y) over (partition by x), count(*) over (partition by x order by y, id, d) from a",
    ),
    "De Morgan": (
        "select x from a where not (y = 1 or x < 2)",
        "select x from a where y <> 1 and x >= 2",
    ),
    "sums": ("select x + y + 1 s from a", "select 1 + (y + x) from a"),
    "sums in steps": (
        "select s + d as t from (select x + y as s, d from a)",
        "select x + y + d as t from a",
    ),
    "a correlated query": (
        "select x from a where exists (select 1 from b where b.id = a.id)",
        "select q.x from a q where exists (select 1 from b p where q.id = p.id)",
    ),
    "a CTE read twice": (
        "with g as (select x, sum(y) s from a group by x) select l.x, r.s from g l join g r on l.x = r.s",
        "select l.k, r.s from (select x k, sum(y) s from a group by x) l, (select sum(y) s, x from a group by x) r"
        " where r.s = l.k",
    ),
    "a grouped side of a join": (
        "select b.z, g.s from b join (select id, sum(y) s from a group by id) g on b.id = g.id",
        "with totals as (select sum(y) total, id as key from a group by 2) "
        "select z, total from totals join b on totals.key = b.id",
    ),
    "except": (
        "select x from a except select z from b",
        "with l as (select x as n from a), r as (select z from b) select n from l except select * from r",
    ),
    "a star of a pattern": ("select * like 'x%' from a", "select x from a"),
    "a name that comes twice": (
        "select id_1 from (select a.id, b.id from a join b on a.x = b.z)",
        "select b.id from a join b on a.x = b.z",
    ),
    "a filter around a union": (
        "select v from (select x v from a union all select z from b) where v > 1",
        "with u as (select z as n from b union all select x from a) select n from u where 1 < n",
    ),
}

DIFFERENT = {
    "another operator": ("select x from a where y > 1", "select x from a where y >= 1"),
    "another constant": ("select x from a where y = 1", "select x from a where y = 2"),
    "left or inner": ("select a.x from a left join b on a.id = b.id", "select a.x from a join b on a.id = b.id"),
    "filtered after or while joining": (
        "select a.x from a left join b on a.id = b.id where b.z = 1",
        "select a.x from a left join b on a.id = b.id and b.z = 1",
    ),
    "nulls replaced": ("select coalesce(x, 0) x from a", "select x from a"),
    "nulls counted": ("select count(x) from a", "select count(*) from a"),
    "nulls compared": ("select x from a where y <> 1", "select x from a where y is distinct from 1"),
    "union or union all": (
        "select x from a union select z from b",
        "select z from b union all select x from a",
    ),
    "another grain": ("select x, sum(y) from a group by x", "select x, sum(y) from a group by x, d"),
    "another frame": (
        "select id, x, sum(y) over (partition by x order by d, id, y) from a",
        "select id, x, sum(y) over (partition by x order by d, id, y rows 1 preceding) from a",
    ),
    "another window of the same name": (
        "select sum(y) over w from a window w as (partition by x)",
        "select sum(y) over w from a window w as (partition by d)",
    ),
    "the other side of a self-join": (
        "select t.x from a t join a u on t.id = u.y",
        "select u.x from a t join a u on t.id = u.y",
    ),
    "the order of a difference": ("select x - y from a", "select y - x from a"),
    "distinct": ("select distinct x from a", "select x from a"),
    "a limit before or after a filter": (
        "select x from (select x from a order by id, x, y, d limit 3) where x > 1",
        "select x from (select x from a where x > 1 order by id, x, y, d limit 3)",
    ),
    "a constant of a row that may be missing": (
        "select q.f from a left join (select id, 1 as f from b) q on a.id = q.id",
        "select 1 as f from a left join b on a.id = b.id",
    ),
    "correlated by another column": (
        "select x from a where exists (select 1 from b where b.id = a.id)",
        "select x from a where exists (select 1 from b where b.id = a.x)",
    ),
    "a filter of the side that is kept": (
        "select a.x, b.z from (select * from a where y = 1) a full join b on a.id = b.id",
        "select a.x, b.z from a full join b on a.id = b.id where a.y = 1",
    ),
    "semi join or join": (
        "select a.x from a semi join b on a.id = b.id",
        "select a.x from a join b on a.id = b.id",
    ),
    "distinct counted": ("select count(distinct x) from a", "select count(x) from a"),
    "filtered measure": (
        "select x, sum(y) from a where d = 1 group by x",
        "select x, sum(y) filter (where d = 1) from a group by x",
    ),
    "having and where": (
        "select x, sum(y) s from a group by x having sum(y) > 2",
        "select x, sum(y) s from a where y > 2 group by x",
    ),
    "grand total of nothing": ("select sum(y) from a where x = 99", "select sum(y) from a where x = 99 group by x"),
    "joined on another column": (
        "select a.x from a join b on a.id = b.id",
        "select a.x from a join b on a.id = b.z",
    ),
    "the first and the second column of a name": (
        "select id from (select a.id, b.id from a join b on a.x = b.z)",
        "select id_1 from (select a.id, b.id from a join b on a.x = b.z)",
    ),
    "the parameter of the outer lambda": (
        "select list_sum(list_transform([x], lambda v: list_sum(list_transform([y], lambda w: v + w)))) l from a",
        "select list_sum(list_transform([x], lambda v: list_sum(list_transform([y], lambda w: w + w)))) l from a",
    ),
    "except turned round": ("select x from a except select z from b", "select z from b except select x from a"),
    "the condition of a right join": (
        "select a.x, b.z from (select * from a where y = 1) a right join b on a.id = b.id",
        "select a.x, b.z from a right join b on a.id = b.id where a.y = 1",
    ),
}


def small_databases() -> list[duckdb.DuckDBPyConnection]:
    """Small tables of few values with nulls and twins, so that most differences of two queries show."""
    made = []
    for seed in SEEDS:
        chance, connection = random.Random(seed), duckdb.connect()  # noqa: S311 - rows, no secrets
        connection.execute("attach ':memory:' as scratch; use scratch; create schema db; set search_path = 'db'")
        for name, columns in COLUMNS.items():
            connection.execute(f"create table db.{name} ({', '.join(f'{column} integer' for column in columns)})")
            for _ in range(chance.randint(3, 9)):
                row = [chance.choice((None, 1, 1, 2, 3)) for _ in columns]
                connection.execute(f"insert into db.{name} values ({', '.join('?' * len(row))})", row)
        made.append(connection)
    return made


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Counter[tuple[object, ...]]:
    return Counter(connection.execute(sql).fetchall())
