"""The folder of a site: what is remembered of it, what is written, what changed."""

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ribbon.catalog.load.groups import Member
from ribbon.catalog.site.changes import RelationShape, changes_between, shape_of
from ribbon.catalog.site.folder import Folder
from ribbon.catalog.site.search_index import SearchName, names_data, ranked_name, shard_names, shard_of, text_entry
from ribbon.catalog.site.state import KEPT_CHANGES, DamagedError, Page, open_state, remove_state
from ribbon.catalog.views import ChangeView, ColumnView, PromiseView, RelationView, UsageView
from ribbon.errors import BusyError

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PAGE = Page(
    "model.shop.orders", "warehouse.orders", b"1", RelationShape(), (), Member(columns=2), "a", b"[1]", "00", b"[2]"
)
ORDERS = RelationView(
    "model.shop.orders",
    "warehouse.orders",
    "warehouse.orders",
    "orders",
    "warehouse",
    "model",
    "sales",
    description="One row per order.\nCancelled ones are left out. More.\n\nAnd more.",
    columns=(
        ColumnView(
            "order_id", "bigint", promises=(PromiseView("test.1", "unique", "`order_id` is unique", "order_id"),)
        ),
        ColumnView("net_usd", "decimal(12, 2)", "After discounts."),
    ),
    sql="select order_id, net_usd from raw",
)


def changed(after: RelationView) -> tuple[str, ...]:
    return changes_between(shape_of(ORDERS), shape_of(after))


def with_promise(promise: PromiseView) -> RelationView:
    return replace(ORDERS, columns=(replace(ORDERS.columns[0], promises=(promise,)), *ORDERS.columns[1:]))


# What is remembered


def test_a_page_that_was_kept_is_known_next_time(tmp_path: Path) -> None:
    shape = shape_of(ORDERS)
    with open_state(tmp_path / "catalog.sqlite") as state:
        state.keep(replace(PAGE, shape=shape, changes=(ChangeView(NOW, "the SQL changed"),)))

    with open_state(tmp_path / "catalog.sqlite") as state:
        assert state.pages() == {PAGE.unique_id: (PAGE.slug, PAGE.fingerprint)}
        assert state.shape(PAGE.unique_id) == shape
        assert state.shape("model.shop.other") is None
        assert state.changes(NOW) == {PAGE.unique_id: (ChangeView(NOW, "the SQL changed"),)}
        assert state.members() == {PAGE.unique_id: Member(columns=2)}
        assert (list(state.names()), state.texts("00"), state.texts("01")) == ([b"[1]"], [b"[2]"], [])


def test_a_build_that_breaks_off_leaves_the_old_state(tmp_path: Path) -> None:
    with open_state(tmp_path / "catalog.sqlite") as state:
        state.keep(PAGE)

    def break_off() -> None:
        with open_state(tmp_path / "catalog.sqlite") as state:
            state.keep(replace(PAGE, fingerprint=b"2"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    with open_state(tmp_path / "catalog.sqlite") as state:
        assert state.pages() == {PAGE.unique_id: (PAGE.slug, b"1")}


def test_what_is_dropped_is_gone_from_pages_and_search(tmp_path: Path) -> None:
    with open_state(tmp_path / "catalog.sqlite") as state:
        state.keep(PAGE)
        state.drop([PAGE.unique_id])

        assert (state.pages(), list(state.names()), state.texts("00")) == ({}, [], [])


def test_names_come_by_rank(tmp_path: Path) -> None:
    with open_state(tmp_path / "catalog.sqlite") as state:
        state.keep(replace(PAGE, unique_id="a", rank="2", names=b"second"))
        state.keep(replace(PAGE, unique_id="b", rank="1", names=b"first"))

        assert list(state.names()) == [b"first", b"second"]


def test_old_changes_and_too_many_of_them_are_forgotten(tmp_path: Path) -> None:
    changes = [ChangeView(NOW - timedelta(days=day), f"day {day}") for day in range(120)]
    with open_state(tmp_path / "catalog.sqlite") as state:
        state.keep(replace(PAGE, changes=tuple(changes)))

        assert state.changes(NOW)[PAGE.unique_id] == tuple(changes[:KEPT_CHANGES])
        assert len(state.changes(NOW + timedelta(days=80))[PAGE.unique_id]) == 11
        assert state.changes(NOW + timedelta(days=91)) == {}


def test_a_damaged_file_says_so_and_can_be_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    file.write_bytes(b"no database at all, but long enough to have a header" * 100)

    with pytest.raises(DamagedError), open_state(file):
        pass
    remove_state(file)
    with open_state(file) as state:
        assert state.pages() == {}


def test_a_file_of_another_form_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "catalog.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("create table pages (id text)")
        connection.execute("insert into pages values ('x')")
        connection.execute("pragma user_version = 999")

    with open_state(file) as state:
        state.keep(PAGE)

        assert set(state.pages()) == {PAGE.unique_id}


def test_two_builds_at_once_exclude_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ribbon.catalog.site.state._PATIENCE_S", 0.1)
    file = tmp_path / "catalog.sqlite"

    with open_state(file), pytest.raises(BusyError, match="another process writes"), open_state(file):
        pass


# What is written


def test_a_file_is_written_only_where_it_says_something_else(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "site")

    assert folder.write("relation/a.html", "old")
    before = (tmp_path / "site/relation/a.html").stat().st_mtime_ns
    assert not folder.write("relation/a.html", "old")
    assert (tmp_path / "site/relation/a.html").stat().st_mtime_ns == before
    assert folder.write("relation/a.html", "new")
    assert (tmp_path / "site/relation/a.html").read_text() == "new"
    assert folder.written == 2


def test_an_open_page_stays_whole_while_it_is_replaced(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a.html", "old text")

    with (tmp_path / "a.html").open() as reader:
        folder.write("a.html", "new")

        assert reader.read() == "old text"


def test_what_nobody_wants_is_swept_away_drafts_too(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in ("relation/a.html", "relation/b.html", "relation/a.html.next", "other/c.html"):
        folder.write(name, "text")

    folder.sweep({"relation/a.html"})

    assert folder.names("relation") == {"relation/a.html"}
    assert folder.names("other") == {"other/c.html"}
    assert folder.removed == 2


# What changed


def test_a_relation_that_is_as_it_was_has_no_changes() -> None:
    assert changed(ORDERS) == ()
    assert changed(replace(ORDERS, description="other", row_count=3)) == ()


def test_columns_come_go_and_change_their_type() -> None:
    after = replace(
        ORDERS, columns=(replace(ORDERS.columns[0], name="ORDER_ID", data_type="integer"), ColumnView("tax"))
    )

    assert changed(after) == (
        "column `tax` added",
        "column `net_usd` removed",
        "column `ORDER_ID` is integer, was bigint",
    )


def test_columns_that_nobody_knew_are_not_new_and_those_that_nobody_knows_are_not_gone() -> None:
    unknown, partly = replace(ORDERS, columns=()), replace(ORDERS, columns=ORDERS.columns[:1], complete=False)

    for one, other in ((unknown, ORDERS), (ORDERS, unknown), (partly, ORDERS), (ORDERS, partly)):
        said = changes_between(shape_of(one), shape_of(other))
        assert [clause for clause in said if "column" in clause and "promise" not in clause] == []


def test_another_sql_is_told() -> None:
    assert changed(replace(ORDERS, sql="select 1")) == ("the SQL changed",)


def test_a_promise_is_removed_added_or_changed() -> None:
    other = PromiseView("test.2", "not_null", "`order_id` is never null", "order_id")
    stricter = PromiseView("test.3", "unique", "`order_id` is unique for at least 99 % of rows", "order_id")

    assert changed(with_promise(other)) == (
        "promise added: `order_id` is never null",
        "promise removed: `order_id` is unique",
    )
    assert changed(with_promise(stricter)) == (
        "promise changed: `order_id` is unique for at least 99 % of rows (was: `order_id` is unique)",
    )


def test_a_promise_that_readers_no_longer_wait_for_is_told() -> None:
    promise = ORDERS.columns[0].promises[0]
    gated, ungated, never = (shape_of(with_promise(replace(promise, gated=gated))) for gated in (True, False, None))

    assert changes_between(gated, ungated) == ("readers no longer wait for this promise: `order_id` is unique",)
    assert changes_between(ungated, gated) == ("readers now wait for this promise: `order_id` is unique",)
    assert changes_between(gated, never) == changes_between(never, ungated) == ()


# What is searched


def test_a_relation_is_found_by_its_name_and_its_columns() -> None:
    assert ranked_name(ORDERS, "One row per order.").entry == SearchName(
        "warehouse.orders", "warehouse.orders", 1, "One row per order.", "order_id\nnet_usd"
    )


def test_names_of_columns_are_listed_once_the_most_frequent_first() -> None:
    named = [
        SearchName("mart.a", "mart.a", 2, "", "x\nid"),
        SearchName("mart.b", "mart.b-2", 2, "B.", "id"),
        SearchName("c", "c", 0, "", ""),
    ]
    assert names_data(named) == {
        "columns": ["id", "x"],
        "relations": [("mart.a", "", 2, "", [1, 0]), ("mart.b", "mart.b-2", 2, "B.", [0]), ("c", "", 0, "", [])],
    }


def test_marts_come_first_then_what_is_asked_most() -> None:
    asked = replace(ORDERS, label="warehouse.asked", usage=UsageView(12, 0))
    mart = replace(ORDERS, label="mart.z", layer="mart")
    lake = replace(ORDERS, label="lake.a", layer="lake", usage=UsageView(99, 0))

    ranked = sorted((ranked_name(view, "").rank, view.label) for view in (lake, ORDERS, asked, mart))

    assert [label for _, label in ranked] == ["mart.z", "warehouse.asked", "warehouse.orders", "lake.a"]


def test_the_text_of_a_relation_is_told_by_what_it_is_and_nothing_empty_is_in_it() -> None:
    assert json.loads(json.dumps(text_entry(ORDERS)))[3] == [
        ["description", "", "One row per order. Cancelled ones are left out. More. And more."],
        ["column", "net_usd", "After discounts."],
        ["promise", "order_id", "`order_id` is unique"],
        ["sql", "", "select order_id, net_usd from raw"],
    ]


@pytest.mark.parametrize(("relations", "files"), [(0, 1), (150, 1), (151, 2), (10_000, 128)])
def test_text_is_cut_into_files_of_about_150_relations(relations: int, files: int) -> None:
    assert len(shard_names(relations)) == files


def test_a_relation_stays_in_its_file() -> None:
    assert shard_of("model.shop.orders", shard_names(9_000)) == shard_of("model.shop.orders", shard_names(9_500))
