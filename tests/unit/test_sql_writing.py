"""SQL written from what a query means: it means the same again, and gives the same rows."""

import duckdb
import pytest
from sqlglot import exp

from ribbon.sql.canonical import (
    Block,
    ExpressionQueries,
    Shared,
    Unreadable,
    logic_of,
    read_blocks,
    share_columns,
    share_groups,
    share_rows,
    write,
)
from ribbon.sql.canonical.expression_writer import Writing, expression
from ribbon.sql.canonical.terms import Term
from tests.normal_queries import DIFFERENT, SAME, TABLES, rows, small_databases

UNWRITABLE = "select a.x, b.z from (select * from a where y = 1) a full join b on a.id = b.id"
EVERY = sorted({sql for pairs in (SAME, DIFFERENT) for pair in pairs.values() for sql in pair} - {UNWRITABLE})
OPERATORS = [
    "select a.x - (a.y - a.d) * 2 as v, -(x + y) as w from a",
    "select (x + y) * (x - 1) / nullif(y, 0) as v from a where not (x is null or y in (1, 2)) and (x = 1 or d = 2)",
    "select case when x > 1 and y is not null then 'A ''b''' else cast(d as varchar) end as \"Odd name\" from a",
    "select list_max(list_transform([x, y], lambda v: v + d)) as l, [x, y][1] as f, x between 1 and y as b from a",
    "select x, count(*) filter (where y > 1) as n, string_agg(d::varchar, '-' order by d, y) as t from a group by x",
    "select x, sum(sum(y)) over (order by x rows 1 preceding) as s, count(*) over () as n from a group by x",
    "select x, (select max(z) from b where b.id = a.id and b.k <> a.y) as m from a where y in (select z from b)",
    "select g.n, a.x from a cross join generate_series(1, 2) as g(n) order by 1 desc, 2, a.id, a.y, a.d limit 5",
    "select x, sum(y) as s from a group by rollup (x)",
    "select distinct on (x) x, y from a order by x, y desc nulls last",
    "select x, y from (select x, y from a union select z, k from b) where x > 1",
    "select u.x, b.z from (select x from a limit 0) as u full join b on u.x = b.z",
]


@pytest.fixture(scope="module")
def databases() -> list[duckdb.DuckDBPyConnection]:
    return small_databases()


def own_name(label: str) -> str:
    return label.rsplit(".", 1)[-1]


def read(sql: str) -> tuple[Block, ExpressionQueries]:
    blocks = read_blocks(sql, "duckdb", TABLES)
    return blocks.named[-1][1], blocks.expression_queries


@pytest.mark.parametrize("sql", [*EVERY, *OPERATORS])
def test_what_is_written_means_what_was_read_and_gives_the_same_rows(
    sql: str, databases: list[duckdb.DuckDBPyConnection]
) -> None:
    block, asked = read(sql)

    written = write(block, asked, "duckdb").naming(own_name)

    assert logic_of(read(written)[0]) == logic_of(block)
    assert all(rows(each, sql) == rows(each, written) for each in databases)


@pytest.mark.parametrize("sql", [UNWRITABLE, "select v from unnest([1]) v", "select 'a\nb' v from a"])
def test_what_cannot_be_written_so_is_said(sql: str) -> None:
    with pytest.raises(Unreadable):
        write(*read(sql), "duckdb")


@pytest.mark.parametrize("term", [(), "a text", (("column", "x"),)])
def test_what_is_no_expression_is_said_to_be_unwritable(term: Term) -> None:
    writing = Writing("duckdb", column=lambda _: exp.Null(), query=lambda _: exp.Null())
    with pytest.raises(Unreadable, match="cannot be written"):
        expression(term, writing)


def test_a_type_that_the_project_made_is_written_as_it_was_read() -> None:
    block, asked = read("select cast(x as warehouse.mood) as v from a")

    written = write(block, asked, "duckdb").naming(own_name)

    assert "warehouse.mood" in written.lower()
    assert logic_of(read(written)[0]) == logic_of(block)


def test_it_is_written_as_people_write() -> None:
    sql = (
        "select B.z, count(*) N from (select * from a where x > 0) q join b on b.id = q.id and q.y in (1,2) group by 1"
    )

    assert write(*read(sql), "duckdb").naming(own_name) == (
        "select\n    b.z,\n    count(*) as n\nfrom a as a\ninner join b as b on b.id = a.id\n"
        "where\n    a.x > 0\n    and a.y in (1, 2)\ngroup by b.z"
    )


def test_what_is_too_long_for_a_line_takes_several() -> None:
    words = [f"when a.x = {number} then 'the word for {number}'" for number in range(3)]
    sql = f"select case {' '.join(words)} end as word, a.y from a join b on a.id = b.id and a.x = b.z"

    assert write(*read(sql), "duckdb").naming(own_name) == (
        "select\n    case\n        when a.x = 0\n        then 'the word for 0'\n        when a.x = 1\n"
        "        then 'the word for 1'\n        when a.x = 2\n        then 'the word for 2'\n    end as word,\n"
        "    a.y\nfrom a as a\ninner join b as b on a.id = b.id and a.x = b.z"
    )


GROUPS = (
    "select x, count(*) as n, sum(y) as total from a join b on a.id = b.id group by x",
    "select sum(q.z) as total, p.x as k, count(1) as c from b q join a p on p.id = q.id group by 2 having count(*) > 1",
    "select max(b.k) - min(b.z) as spread from b, a where b.id = a.id group by a.x",
)
COLUMNS = (
    "select a.x, z from a join b on a.id = b.id where a.y > 0",
    "select q.z, max(p.x) as x, count(*) as c, q.id from b q join a p on p.id = q.id where 0 < p.y group by q.z, q.id",
    "select b.k, a.d + b.k as s from a join b on a.id = b.id where not a.y <= 0 order by a.d, b.k, a.x, a.id limit 3",
)
ROWS = (
    "select x, y from (select *, row_number() over (partition by x order by y, d, id) n from a) where n = 1",
    "select d, id, x as y from a qualify row_number() over (partition by x order by y, d, id) = 1",
)


@pytest.mark.parametrize(("share", "queries"), [(share_groups, GROUPS), (share_columns, COLUMNS), (share_rows, ROWS)])
def test_queries_give_the_same_rows_out_of_what_they_share(
    share: object, queries: tuple[str, ...], databases: list[duckdb.DuckDBPyConnection]
) -> None:
    shared, asked = shared_of(share, queries)
    model = write(shared.model, asked, "duckdb").naming(own_name)

    assert shared.keys == (("x",) if share is share_groups else ())
    for sql, reader in zip(queries, shared.readers, strict=True):
        left = write(reader, asked, "duckdb").naming(lambda _: f"({model})")
        assert left.count("from a ") <= 1, "it joins again what is shared"
        assert all(rows(each, sql) == rows(each, left) for each in databases), left


def test_columns_of_one_name_and_two_meanings_are_told_apart() -> None:
    assert shared_of(share_groups, GROUPS)[0].model.names() == ("x", "n", "total", "total_2", "spread")
    assert shared_of(share_columns, COLUMNS)[0].model.names() == ("x", "z", "id", "k", "d")
    assert shared_of(share_rows, ROWS)[0].model.names() == ("x", "y", "d", "id")


@pytest.mark.parametrize(
    ("share", "queries"),
    [
        (share_groups, (GROUPS[0], GROUPS[0].replace("group by x", "group by x, b.z"))),
        (share_groups, (GROUPS[0], "select x from a join b on a.id = b.id group by x having min(y) = 1")),
        (share_columns, (COLUMNS[0], COLUMNS[0].replace("> 0", ">= 0"))),
        (
            share_columns,
            (COLUMNS[0].replace("a.y > 0", "a.y > random()"), COLUMNS[1].replace("0 < p.y", "random() < p.y")),
        ),
        (share_rows, (ROWS[0], ROWS[0].replace("n = 1", "n = 2"))),
    ],
)
def test_queries_that_share_less_are_not_taken_apart(share: object, queries: tuple[str, ...]) -> None:
    with pytest.raises(Unreadable):
        shared_of(share, queries)


def shared_of(share: object, queries: tuple[str, ...]) -> tuple[Shared, ExpressionQueries]:
    inner, blocks = ExpressionQueries(), []
    for sql in queries:
        block, inside = read(sql)
        inner.update(inside)
        blocks.append(block)
    return share(blocks, "model.p.shared"), inner  # type: ignore[operator]
