"""Importing: nothing twice, nothing half, and what can be asked afterwards."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ribbon.errors import ConfigError, WorldError
from ribbon.usage import unqueried_columns
from tests.usage_project import CARE, SALES, Shop

ROWS = [
    {"who": "ann", "when": "2026-01-02T03:00:00Z", "sql": "select day from store_daily", "seconds": 2},
    {"who": "bob", "when": "2026-01-02T04:00:00Z", "sql": "select store_id from store_daily", "seconds": 1},
    {"who": "ann", "when": "2026-01-05T03:00:00Z", "sql": "select id from patient", "status": "failed"},
]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def total(calls: int, **changes: object) -> dict[str, object]:
    """A row of pg_stat_statements."""
    return {
        "userid": 10,
        "dbid": 5,
        "queryid": -42,
        "query": "select day from mart_sales.store_daily where store_id = $1",
        "calls": calls,
        "total_exec_time": calls * 100.0,
        **changes,
    }


def test_a_file_that_is_imported_twice_adds_nothing(shop: Shop) -> None:
    file = shop.lines(ROWS)
    first, again = shop.take(file), shop.take(file)

    assert (first.new, first.known, again.new, again.known) == (3, 0, 0, 3)
    assert again.folder is None
    assert shop.usage.totals().queries == 3


def test_files_that_overlap_add_each_query_once_in_one_import_and_in_two(shop: Shop) -> None:
    assert shop.take(shop.lines(ROWS[:2]), shop.lines(ROWS[1:2])).new == 2
    imported = shop.take(shop.lines(ROWS[1:]))

    assert (imported.new, imported.known) == (1, 1)
    assert shop.usage.totals().queries == 3


def test_a_file_that_is_imported_again_without_literals_is_known(shop: Shop) -> None:
    file = shop.lines([ROWS[0] | {"sql": "select day from store_daily where store_id = 1"}])
    shop.take(file, drop_literals=True)

    assert shop.take(file).new == 0


def test_two_queries_that_differ_in_a_dropped_literal_alone_are_two(shop: Shop) -> None:
    rows = [ROWS[0] | {"sql": f"select day from store_daily where store_id = {number}"} for number in (1, 2)]

    assert shop.take(shop.lines(rows), drop_literals=True).new == 2
    assert len(shop.rows("statements")) == 1


def test_two_queries_that_differ_in_a_value_keep_their_sql_and_share_one_meaning_in_two_imports(shop: Shop) -> None:
    texts = [f"select day, nope from store_daily where store_id = {number}" for number in (1, 2)]
    for text in texts:
        shop.take(shop.lines([ROWS[0] | {"sql": text}]))

    queries, statements = shop.rows("queries"), shop.rows("statements")
    assert [row["sql"] for row in queries] == [row["sql"] for row in statements] == texts
    assert len({row["statement"] for row in queries + statements}) == 1
    assert [each.queries for each in shop.usage.by_column() if each.column == "day"] == [2]
    assert shop.usage.readings() == {"partly understood": 2}
    assert list(shop.usage.reasons().values()) == [2]


def test_a_later_total_takes_the_place_of_the_earlier(shop: Shop) -> None:
    first, later = shop.take(shop.lines([total(7)])), shop.take(shop.lines([total(9)]))

    assert (first.new, later.new, later.raised) == (1, 0, 1)
    assert shop.usage.totals().queries == 9
    assert shop.usage.by_relation()[0].seconds == pytest.approx(0.9)


def test_an_earlier_total_that_is_imported_later_changes_nothing(shop: Shop) -> None:
    shop.take(shop.lines([total(9), total(7)]))

    assert shop.take(shop.lines([total(7)])).known == 1
    assert shop.usage.totals().queries == 9


def test_a_total_that_began_anew_is_added(shop: Shop) -> None:
    shop.take(shop.lines([total(9, stats_since="2026-01-01 00:00:00+00")]))
    shop.take(shop.lines([total(2, stats_since="2026-02-01 00:00:00+00")]))

    assert shop.usage.totals().queries == 11


def test_a_broken_file_leaves_the_store_as_it_was(shop: Shop) -> None:
    shop.take(shop.lines(ROWS[:1]))
    before = sorted(shop.project.usage_dir.rglob("*"))

    with pytest.raises(ConfigError):
        shop.take(shop.lines(ROWS), shop.file("broken.jsonl", '{"sql": "select 1", "when": 1}\n{"sql'))
    assert sorted(shop.project.usage_dir.rglob("*")) == before


def test_an_import_that_breaks_off_in_the_middle_leaves_the_store_as_it_was(shop: Shop) -> None:
    shop.take(shop.lines(ROWS[:1]))
    before = sorted(shop.project.usage_dir.rglob("*"))
    many = shop.lines([ROWS[0] | {"when": 1_767_323_045 + second} for second in range(2000)])

    for size in (1_000, 200_000):  # while the keys are looked up; while the queries are written
        with largest_file(size), pytest.raises(WorldError, match="cannot be written"):
            shop.take(many)
        assert sorted(shop.project.usage_dir.rglob("*")) == before
    assert shop.take(many).new == 2000


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a disk that is full: files end at so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_a_killed_import_left_is_not_read_and_goes_with_the_next(shop: Shop) -> None:
    left = shop.project.usage_dir / ".unfinished"
    left.mkdir(parents=True)
    (left / "queries.parquet").write_bytes(b"half")

    assert shop.usage.totals().queries == 0
    shop.take(shop.lines(ROWS))
    assert not left.exists()
    assert shop.usage.totals().queries == 3


def test_a_damaged_import_is_told_by_its_folder(shop: Shop) -> None:
    folder = shop.take(shop.lines(ROWS)).folder
    assert folder is not None
    (folder / "queries.parquet").write_bytes(b"damaged")

    with pytest.raises(WorldError, match="Move the damaged import away"):
        shop.usage.totals()
    with pytest.raises(WorldError, match="Move the damaged import away"):
        shop.take(shop.lines(ROWS))


def test_what_does_not_parse_is_kept_with_the_reason(shop: Shop) -> None:
    imported = shop.ask("select ( from store_daily")

    assert imported.readings == {"not parsed": 1}
    assert imported.reasons == {"it cannot be parsed: Expecting ).": 1}
    assert shop.rows("queries")[0]["who"] == "ann"
    assert shop.usage.reasons() == imported.reasons


def test_the_use_case_is_the_given_one_or_the_logs_or_that_of_the_marts(shop: Shop) -> None:
    shop.take(shop.lines([ROWS[0], ROWS[1] | {"use_case": "ops"}, ROWS[2]]))
    shop.ask("select s.day from store_daily s join patient p on p.id = s.store_id", "select 1")
    shop.ask("select day, day from store_daily", use_case="board")

    kept = [row["use_case"] for row in shop.rows("queries")]
    assert sorted(map(str, kept)) == ["None", "None", "board", "care", "ops", "sales"]


def test_usage_is_told_by_relation_person_and_day(shop: Shop) -> None:
    shop.take(shop.lines(ROWS))
    usage = shop.usage

    assert [(each.relation, each.queries, each.people, each.failed) for each in usage.by_relation()] == [
        (SALES, 2, 2, 0),
        (CARE, 1, 1, 1),
    ]
    assert [(each.who, each.queries, each.relations, each.seconds) for each in usage.by_person()] == [
        ("ann", 2, 2, 2.0),
        ("bob", 1, 1, 1.0),
    ]
    assert [(each.day, each.queries) for each in usage.by_day()] == [(date(2026, 1, 2), 2), (date(2026, 1, 5), 1)]
    assert usage.totals().first == datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert [each.who for each in usage.by_person(CARE)] == ["ann"]
    assert [each.day for each in usage.by_day(CARE)] == [date(2026, 1, 5)]


def test_a_statement_of_two_imports_counts_each_query_once(shop: Shop) -> None:
    shop.take(shop.lines(ROWS[:1]))
    shop.take(shop.lines([ROWS[0] | {"when": "2026-01-09"}]))

    assert [(each.column, each.role.value, each.queries) for each in shop.usage.by_column()] == [("day", "selected", 2)]
    assert shop.usage.readings() == {"understood": 2}


def test_totals_have_no_days(shop: Shop) -> None:
    shop.take(shop.lines([total(9, captured_at="2026-01-02T00:00:00Z")]))

    assert shop.usage.by_day() == ()
    assert shop.usage.totals().last == datetime(2026, 1, 2, tzinfo=UTC)


def test_columns_of_marts_that_nobody_asked_for_are_told(shop: Shop) -> None:
    assert unqueried_columns(shop.usage, shop.known.graph) == {}
    shop.ask("select DAY from store_daily where store_id = 1")

    assert unqueried_columns(shop.usage, shop.known.graph) == {SALES: ("net_usd",), CARE: ("id", "email")}


def test_an_empty_store_answers_nothing(shop: Shop) -> None:
    usage = shop.usage

    assert (usage.by_relation(), usage.by_column(), usage.by_person(), usage.by_day()) == ((), (), (), ())
    assert (usage.readings(), usage.reasons(), usage.totals().queries) == ({}, {}, 0)
