"""What the adoption bench says of two builds: what differs, what does so in plain dbt as well, what is ungated."""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ribbon.dbt.profiles import DuckdbProfile
from tests.conftest import REPOSITORY

sys.path += [str(REPOSITORY / "bench/adoption"), str(REPOSITORY / "bench/lineage")]

import builds
import contents
import copies
import gating
import outcomes
from outcomes import Outcome
from processes import Run

ORDERS = "create table orders as select * from (values (1, 'a', 0.1::double), (2, 'b', 0.2)) as t(id, name, price)"
RECORDED = "test_id, status, failures, message, gated, reason, measured_at"

Read = Callable[..., dict[str, contents.Content]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """The contents of a file of these statements."""

    def read(*statements: str, without: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, contents.Content]:
        file = tmp_path / "shop.duckdb"
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            for statement in statements:
                connection.execute(statement)
        return contents.read_contents(file, tmp_path, without)

    return read


def test_the_same_rows_in_another_order_are_the_same(read: Read) -> None:
    again = read(ORDERS, "create or replace table orders as select * from orders order by id desc")

    assert contents.differing_relations(read(ORDERS), again) == {}


def test_a_row_that_is_there_twice_differs_from_one_that_is_there_once(read: Read) -> None:
    twice = read(ORDERS, "insert into orders from orders")

    assert contents.differing_relations(read(ORDERS), twice) == {"main.orders": "2 and 4 rows"}


def test_the_columns_whose_values_differ_are_named(read: Read) -> None:
    other = read(ORDERS, "update orders set name = null, price = 3 where id = 1")

    assert contents.differing_relations(read(ORDERS), other) == {"main.orders": "values of name, price"}


def test_values_that_moved_to_other_rows_differ(read: Read) -> None:
    moved = read(ORDERS, "update orders set name = case name when 'a' then 'b' else 'a' end")

    assert contents.differing_relations(read(ORDERS), moved) == {"main.orders": "the same values in other rows"}


def test_noise_of_summing_in_another_order_is_no_difference(read: Read) -> None:
    noisy = read(ORDERS, "update orders set price = price + 1e-16")

    assert contents.differing_relations(read(ORDERS), noisy) == {}


def test_columns_that_changed_are_named_with_both_types(read: Read) -> None:
    changed = read(ORDERS, "alter table orders alter id type bigint", "alter table orders drop name")

    assert contents.differing_relations(read(ORDERS), changed) == {
        "main.orders": "columns: id is BIGINT, was INTEGER; name is missing, was VARCHAR"
    }


def test_tables_of_one_side_only_differ(read: Read) -> None:
    one, other = read(ORDERS), read("create table customers (id int)")

    assert contents.differing_relations(one, other) == {"main.orders": "missing", "main.customers": "new"}


def test_views_are_compared_by_what_they_show(read: Read) -> None:
    one = read(ORDERS, "create view ids as select id from shop.main.orders")
    other = read(ORDERS, "create view ids as select id + 1 as id from shop.main.orders")

    assert contents.differing_relations(one, other) == {"main.ids": "values of id"}


def test_a_view_that_neither_side_can_read_is_no_difference(read: Read) -> None:
    statements = [ORDERS, "create view ids as select id from orders", "drop table orders"]
    broken = read(*statements)

    assert "orders does not exist" in broken["main.ids"].error
    assert contents.differing_relations(broken, read(*statements)) == {}
    assert "main.ids" in contents.differing_relations(broken, read(*statements[:2]))


def test_history_quarantines_and_rows_of_failed_tests_are_not_compared(read: Read) -> None:
    tables = [f"h.{name}" for name in contents.HISTORY] + ["main.orders__quarantine", "main_dbt_test__audit.not_null"]

    found = read(
        "create schema h", "create schema main_dbt_test__audit", *(f"create table {name} (i int)" for name in tables)
    )

    assert found == {}


def test_what_plain_dbt_makes_differ_is_left_out_and_the_rest_is_compared(read: Read) -> None:
    one, again = read(ORDERS), read(ORDERS, "update orders set price = 5")
    unsteady = contents.unsteady_columns(one, again)
    one, again = read(ORDERS, without=unsteady), read(ORDERS, "update orders set price = 5", without=unsteady)
    same = read(ORDERS, "update orders set price = 7", without=unsteady)
    other = read(ORDERS, "update orders set price = 7, name = 'c'", without=unsteady)

    assert unsteady == {"main.orders": ("price",)}
    assert contents.differing_relations(one, same, again) == {}
    assert contents.differing_relations(one, other, again) == {"main.orders": "values of name"}


def test_of_rows_that_plain_dbt_pairs_differently_only_columns_are_compared(read: Read) -> None:
    swap = "update orders set name = case name when 'a' then 'b' else 'a' end"
    one, again = read(ORDERS), read(ORDERS, swap)
    other = read(ORDERS, swap, "update orders set name = 'c'")

    assert contents.differing_relations(one, again, again) == {}
    assert contents.differing_relations(one, other, again) == {"main.orders": "values of name"}


def test_of_a_table_whose_rows_plain_dbt_makes_differ_nothing_is_said(read: Read) -> None:
    one, again = read(ORDERS), read(ORDERS, "delete from orders where id = 1")

    assert contents.differing_relations(one, read("create table orders (id int)"), again) == {}


def test_nodes_that_end_otherwise_are_named_and_hooks_of_ribbon_are_not(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.shop.orders", "status": "success", "failures": None, "message": "OK"},
        {"unique_id": "test.shop.unique_orders", "status": "fail", "failures": 3, "message": "Got 3 results"},
        {"unique_id": "operation.ribbon.ribbon-on-run-end-0", "status": "success", "failures": None, "message": None},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))

    plain = outcomes.read_outcomes(tmp_path)
    found = outcomes.differing(plain, {**plain, "test.shop.unique_orders": Outcome("fail", 2)})

    assert plain == {"model.shop.orders": Outcome("success"), "test.shop.unique_orders": Outcome("fail", 3)}
    assert [f"{one}; {other}" for one, other in found.values()] == [
        "fail (3 failures): Got 3 results; fail (2 failures)"
    ]
    assert not outcomes.differing(plain, {}, apart=plain)


def test_a_model_is_held_back_rightly_only_where_a_test_of_it_fails_in_plain_dbt() -> None:
    tests = {"model.shop.orders": ["test.shop.unique"], "model.shop.items": ["test.shop.not_null"]}
    plain = {"test.shop.unique": Outcome("fail", 3), "test.shop.not_null": Outcome("pass", 0)}
    refused = Outcome("error", message="main.orders was not replaced: 1 of 2 expectations failed.")

    assert outcomes.refused_by_both(plain, dict.fromkeys(tests, refused), tests) == ("model.shop.orders",)
    assert outcomes.refused_by_both(plain, dict.fromkeys(tests, Outcome("error", message="no")), tests) == ()


def test_a_skipped_test_has_the_verdict_that_the_gate_recorded() -> None:
    gated = {"test.shop.unique": Outcome("skipped"), "test.shop.not_null": Outcome("pass", 0)}
    recorded = {"test.shop.unique": Outcome("fail", 3), "test.shop.not_null": Outcome("fail", 1)}

    assert outcomes.with_recorded(gated, recorded) == {
        "test.shop.unique": Outcome("fail", 3),
        "test.shop.not_null": Outcome("pass", 0),
    }


@pytest.mark.parametrize(
    ("metadata", "kind"),
    [
        ({"name": "unique", "namespace": None}, "dbt"),
        ({"name": "is_even", "namespace": None}, "own"),
        ({"name": "equality", "namespace": "dbt_utils"}, "dbt_utils"),
        (None, "singular"),
    ],
)
def test_a_test_is_of_the_kind_of_who_wrote_it(metadata: dict[str, Any] | None, kind: str) -> None:
    assert gating.kind_of({"test_metadata": metadata}) == kind


def test_reasons_are_counted_by_kind_whatever_nodes_they_name(tmp_path: Path) -> None:
    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema main_ribbon")
        for table in contents.HISTORY - {"expectation_results"}:
            connection.execute(f"create table main_ribbon.{table} (i int)")
        connection.execute(
            f"create table main_ribbon.expectation_results as select * from (values"
            f" ('test.a', 'pass', 0, null, false, 'orders may be built after items', 1),"
            f" ('test.a', 'pass', 0, null, true, null, 0),"
            f" ('test.b', 'pass', 0, null, false, 'items may be built after orders', 1),"
            f" ('test.c', 'pass', 0, null, true, null, 1)) as t({RECORDED})"
        )
    unique = {"name": "t", "test_metadata": {"name": "unique", "namespace": None}}
    nodes = {f"test.{name}": unique for name in "abcd"} | {"model.o": {"name": "orders"}, "model.i": {"name": "items"}}

    covered = gating.covered_tests(nodes, nodes, gating.read_recorded(file))

    assert [test.is_gated for test in covered] == [False, False, True, False]
    assert gating.count_reasons(covered) == [
        ("… may be built after …", "dbt", 2),
        ("no result is recorded", "dbt", 1),
    ]


def built(folder: Path, results: dict[str, tuple[str, int | None, str]], *statements: str) -> builds.Build:
    """A build that left these results, and the tables of these statements."""
    copy = copies.Copy(folder, folder / "shop.duckdb", folder)
    copy.target.mkdir(parents=True)
    rows = [
        {"unique_id": key, "status": status, "failures": failures, "message": message}
        for key, (status, failures, message) in results.items()
    ]
    (copy.target / "run_results.json").write_text(json.dumps({"results": rows}))
    on_orders = {"depends_on": {"nodes": ["model.shop.orders"]}, "test_metadata": None}
    nodes = {key: {"name": key, **on_orders} for key in results if outcomes.is_test(key)}
    nodes["model.shop.orders"] = {"name": "orders", "schema": "main", "alias": "orders", "depends_on": {"nodes": []}}
    (copy.target / "manifest.json").write_text(json.dumps({"nodes": nodes, "unit_tests": {}}))
    with duckdb.connect(str(copy.file)) as connection:
        for statement in statements:
            connection.execute(statement)
    return builds.Build(copy, Run(1, 1, 1, ""))


def test_what_the_gate_holds_back_rightly_is_told_apart_and_nothing_else_is(tmp_path: Path) -> None:
    built_plain = {
        "model.shop.orders": ("success", None, ""),
        "test.shop.unique": ("fail", 3, "Got 3 results"),
        "test.shop.singular": ("pass", 0, ""),
    }
    held_back = {
        "model.shop.orders": ("error", None, "main.orders was not replaced: 1 of 1 expectations failed."),
        "test.shop.unique": ("skipped", None, ""),
        "test.shop.singular": ("skipped", None, ""),
    }
    history = [f"create table {name} (i int)" for name in contents.HISTORY - {"expectation_results"}]
    results = f"select * from (values ('test.shop.unique', 'fail', 3, null, true, null, 1)) as t({RECORDED})"
    history.append(f"create table expectation_results as {results}")
    plain = built(tmp_path / "plain", built_plain, ORDERS, "create table items (id int)")
    gated = built(tmp_path / "gated", held_back, "create schema h", "use h", *history)

    found = builds.Builds(plain, gated)

    assert found.held_back == ("model.shop.orders",)
    assert not found.differences.outcomes
    assert found.differences.relations == {"main.items": "missing"}


def test_what_a_second_plain_build_makes_differ_is_told_apart(tmp_path: Path) -> None:
    passed, warned = (
        {"model.shop.orders": ("success", None, ""), "test.shop.random": (status, None, "")}
        for status in ("pass", "warn")
    )
    later = "update orders set price = 5"
    plain, again = built(tmp_path / "plain", passed, ORDERS), built(tmp_path / "again", warned, ORDERS, later)

    found = builds.Builds(plain, built(tmp_path / "gated", warned, ORDERS, "update orders set price = 7"), again)

    assert not found.differences
    assert found.unsteady.verdicts == ["test.shop.random"]
    assert found.unsteady.relations == {"main.orders": "values of price"}


def test_a_copy_builds_into_a_file_of_its_own_of_the_same_name(tmp_path: Path) -> None:
    project = tmp_path / "shop"
    (project / "target").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: shop\n")
    (project / "packages.yml").write_text("packages:\n  - local: ../kit # ours\n  - package: a/b\n")
    (project / "shop.duckdb").write_text("rows")
    profile = DuckdbProfile("shop", "dev", {"type": "duckdb", "path": "shop.duckdb"}, project / "shop.duckdb")

    copy = copies.copy_project(project, profile, tmp_path / "copy")

    assert copy.file.name == "shop.duckdb"
    assert copy.file.read_text() == "rows"
    assert f"path: {copy.file}" in (copy.profiles / "profiles.yml").read_text()
    assert {path.name for path in copy.folder.iterdir()} == {"dbt_project.yml", "packages.yml"}
    assert f"- local: {tmp_path}/kit # ours\n  - package: a/b" in (copy.folder / "packages.yml").read_text()
    assert copy.lacks_packages
