"""The page of eight in the morning: what is red or amber, since when, whose it is and where it is written."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.facts.documents import Documents
from ribbon.catalog.facts.history import read_history
from ribbon.catalog.load.health import health_view
from ribbon.catalog.views import HealthView, Trouble
from ribbon.config import ProjectPaths
from ribbon.lineage import load_lineage
from ribbon.project import read_project
from tests.build_file import NOW, TODAY, BuildFile, days_ago
from tests.manifests import model, source, write_manifest

ORDERS, RAW = "model.shop.orders", "source.shop.web.raw"
ID, COUNT, AGREE = "test.shop.not_null_orders_id.1", "test.shop.row_count.2", "test.shop.they_agree"


def _test(uid: str, name: str, **fields: Any) -> dict[str, Any]:
    """A test of `orders` as dbt writes it."""
    return {
        "unique_id": uid,
        "resource_type": "test",
        "name": name,
        "package_name": "shop",
        "path": f"{name}.sql",
        "original_file_path": "models/orders.yml",
        "fqn": ["shop", name],
        "attached_node": ORDERS,
        "config": {"severity": "error", "meta": {}},
        "depends_on": {"nodes": [ORDERS], "macros": []},
        "test_metadata": {"name": name, "kwargs": {"model": "{{ get_where_subquery(ref('orders')) }}"}},
        "description": "",
        **fields,
    }


def _metadata(name: str, **kwargs: Any) -> dict[str, Any]:
    return {"test_metadata": {"name": name, "kwargs": {"model": "{{ get_where_subquery(ref('orders')) }}", **kwargs}}}


NODES = [
    source(
        "web",
        "raw",
        freshness={"warn_after": {"count": 2, "period": "day"}, "error_after": {"count": 5, "period": "day"}},
    ),
    model(
        "orders", "select id from web.raw", parents=[RAW], meta={"owner": {"name": "Ann", "email": "ann@example.com"}}
    ),
    _test(ID, "not_null", column_name="id", **_metadata("not_null", column_name="id")),
    _test(
        COUNT, "expect_table_row_count_to_be_between", **_metadata("expect_table_row_count_to_be_between", min_value=1)
    ),
    _test(
        AGREE,
        "they_agree",
        attached_node=None,
        test_metadata=None,
        original_file_path="tests/they_agree.sql",
        depends_on={"nodes": [ORDERS, RAW], "macros": []},
    ),
]


class Shop:
    """A project with a source, a model and three tests, and its build file."""

    def __init__(self, folder: Path, built: bool = True, also: Sequence[Mapping[str, Any]] = ()) -> None:
        write_manifest(folder / "target", [*NODES, *also])
        self.project = ProjectPaths(folder, folder / "data")
        self.build = BuildFile(self.project.data_dir) if built else None
        self._folder = folder

    def health(self) -> HealthView:
        if self.build:
            self.build.close()
        target = self._folder / "target"
        graph = load_lineage(self._folder, target, workers=1)
        documents = Documents(read_project(self.project, target), graph)
        nodes = {uid: node.project for uid, node in graph.nodes.items()}
        judged = read_history(self.project, target, nodes, documents.tested, TODAY)
        return health_view(documents, judged, NOW)

    def land(self, days: float, folder: str = "lake", **record: Any) -> None:
        path = self.project.data_dir / folder / "web" / "raw" / f"batch={days}"
        path.mkdir(parents=True)
        told = {"rows": 3, "landed_at": days_ago(days).isoformat(), "expectations": [], **record}
        (path / "batch.json").write_text(json.dumps(told))

    def set_aside(self, rows: int) -> None:
        assert self.build
        self.build.connection.execute(
            f"""
            create table orders__quarantine as
            select range as id, '["not_null(column=id)"]' as _quarantine_reasons, range::varchar as _quarantine_id,
                'run' as _quarantine_run_id, timestamp '2026-11-19 08:00:00' as _quarantined_at
            from range({rows})
            """
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def build(shop: Shop) -> BuildFile:
    assert shop.build
    return shop.build


def _by_what(health: HealthView) -> Mapping[str, Trouble]:
    return {trouble.what: trouble for trouble in health.troubles}


@pytest.mark.parametrize(("named", "anchor"), [("ID", "#column-id"), ("gone", "#promises"), (None, "#promises")])
def test_a_broken_promise_leads_to_where_the_page_has_it(tmp_path: Path, named: str | None, anchor: str) -> None:
    shop = Shop(tmp_path, also=[_test("test.shop.other", "other", column_name=named, **_metadata("other"))])
    assert shop.build
    shop.build.verdict(shop.build.run(1), 1, "test.shop.other", "fail")

    assert _by_what(shop.health())["promise"].page == f"relation/mart.orders.html{anchor}"


def test_where_all_is_well_nothing_is_told_but_what_was_kept(shop: Shop, build: BuildFile) -> None:
    for day in (2, 1):
        run = build.run(day)
        build.node(run, day, ORDERS)
        for test in (ID, COUNT):
            build.verdict(run, day, test)

    health = shop.health()

    assert health.troubles == ()
    assert (health.passing, health.measured, health.never) == (2, 2, 1)
    assert [run.status for run in health.runs] == ["passed", "passed"]
    assert [day.worst for day in health.days] == [*["none"] * 27, "pass", "pass", "none"]
    assert (health.days[-1].day, len(health.days)) == (TODAY, 30)


def test_a_broken_promise_says_since_when_whose_it_is_and_where_it_is_written(shop: Shop, build: BuildFile) -> None:
    (shop.project.project_dir / "models").mkdir()
    (shop.project.project_dir / "models" / "orders.yml").write_text(
        "models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [not_null]\n"
    )
    for day, status in ((4, "pass"), (3, "fail"), (1, "fail")):
        build.verdict(
            build.run(day),
            day,
            ID,
            status,
            elements=9,
            unexpected=2,
            column="id",
            message="not_null(column=id): 2 of 9 rows",
        )

    health = shop.health()

    (trouble,) = health.troubles
    assert (trouble.status, trouble.what, trouble.relation) == ("fail", "promise", ORDERS)
    assert trouble.title.startswith("mart.orders: ")
    assert trouble.page == "relation/mart.orders.html#column-id"
    assert trouble.since == days_ago(3)
    assert trouble.message == "not_null(column=id): 2 of 9 rows"
    assert (trouble.owner, trouble.email) == ("Ann", "ann@example.com")
    assert (trouble.file, trouble.line) == ("models/orders.yml", 5)
    assert trouble.last
    assert (trouble.last.at, trouble.last.unexpected) == (days_ago(1), 2)
    assert [day.worst for day in trouble.days[-5:]] == ["pass", "fail", "none", "fail", "none"]
    assert health.passing == 0


def test_a_promise_of_the_whole_relation_points_at_its_promises(shop: Shop, build: BuildFile) -> None:
    build.verdict(build.run(1), 1, COUNT, "fail")

    assert shop.health().troubles[0].page == "relation/mart.orders.html#promises"


def test_a_node_that_failed_says_what_dbt_said(shop: Shop, build: BuildFile) -> None:
    build.node(build.run(2), 2, ORDERS)
    build.node(build.run(1), 1, ORDERS, "error", "Runtime Error in model orders (models/orders.sql)\n  no such table")

    (trouble,) = shop.health().troubles

    assert (trouble.status, trouble.what, trouble.title) == ("fail", "node", "mart.orders was not built")
    assert trouble.message == "Runtime Error in model orders (models/orders.sql) no such table"
    assert (trouble.since, trouble.file) == (days_ago(1), "models/orders.sql")
    assert trouble.page == "relation/mart.orders.html#runs"


def test_what_the_gate_refused_was_not_replaced(shop: Shop, build: BuildFile) -> None:
    said = "main.orders was not replaced: 1 of 2 expectations failed. Readers keep the last good table."
    build.node(build.run(1), 1, ORDERS, "error", f"Runtime Error in model orders (models/orders.sql)\n  {said}")

    (trouble,) = shop.health().troubles

    assert (trouble.title, trouble.message) == ("mart.orders was not replaced", said)


def test_a_unit_test_that_fails_is_told_of_its_model(shop: Shop, build: BuildFile) -> None:
    build.node(build.run(1), 1, "unit_test.shop.orders.keeps_ids", "fail", "actual differs from expected")

    (trouble,) = shop.health().troubles

    assert trouble.title == "mart.orders: unit test keeps_ids failed"
    assert trouble.message == "actual differs from expected"


def test_what_the_project_no_longer_has_is_no_trouble(shop: Shop, build: BuildFile) -> None:
    run = build.run(1)
    build.node(run, 1, "model.shop.gone", "error", "no")
    build.node(run, 1, "unit_test.shop.gone.keeps_ids", "fail", "no")
    build.verdict(run, 1, "test.shop.gone.3", "fail")

    assert shop.health().troubles == ()


def test_red_comes_before_amber_and_what_is_new_before_what_has_always_been_so(shop: Shop, build: BuildFile) -> None:
    for day in (9, 5, 2):
        run = build.run(day)
        build.node(run, day, ORDERS, "error" if day < 9 else "success")
        build.verdict(run, day, ID, "fail")
        build.verdict(run, day, COUNT, "warn" if day == 2 else "pass")
        build.verdict(
            run, day, AGREE, "fail" if day == 2 else "pass", gated=False, reason="a singular test has no gate"
        )

    found = [(trouble.status, trouble.since) for trouble in shop.health().troubles]

    assert found == [("fail", days_ago(2)), ("fail", days_ago(5)), ("fail", None), ("warn", days_ago(2))]


@pytest.mark.parametrize(("days", "status"), [(1.9, None), (3, "warn"), (6, "fail")])
def test_a_source_is_late_when_its_newest_data_is_older_than_it_promises(
    shop: Shop, days: float, status: str | None
) -> None:
    shop.land(days)
    shop.land(days + 10)

    late = _by_what(shop.health()).get("freshness")

    assert (late.status if late else None) == status
    if late:
        assert late.title == "lake.raw is late"
        assert late.since == days_ago(days - 2)
        assert late.message == f"the newest data arrived {days:g} days ago; at least every 2 days is promised"
        strip = {3: ["none", "warn", "warn"], 6: ["warn", "fail", "fail"]}[int(days)]
        assert [day.worst for day in late.days[-3:]] == strip


def test_a_source_of_which_nobody_knows_when_it_was_loaded_is_not_late(shop: Shop) -> None:
    assert shop.health().troubles == ()


def test_rows_in_quarantine_are_amber_with_the_command_that_shows_them(shop: Shop) -> None:
    shop.set_aside(2)

    (trouble,) = shop.health().troubles

    assert (trouble.status, trouble.what) == ("warn", "quarantine")
    assert trouble.title == "mart.orders: 2 rows in quarantine"
    assert trouble.quarantine == "ribbon quarantine ls orders"
    assert trouble.message == "not_null(column=id): 2 rows"
    assert [day.worst for day in trouble.days[-4:]] == ["none", "warn", "warn", "warn"]


def test_a_promise_that_set_rows_aside_says_so_once(shop: Shop, build: BuildFile) -> None:
    shop.set_aside(1)
    build.verdict(build.run(1), 1, ID, "warn", quarantined=1)

    (trouble,) = shop.health().troubles

    assert (trouble.what, trouble.quarantine) == ("promise", "ribbon quarantine ls orders")


def test_batches_that_the_door_held_back_are_red(shop: Shop) -> None:
    broken = {
        "expectation": "not_null",
        "column": "id",
        "arguments": {},
        "severity": "error",
        "met": False,
        "unexpected": 1,
    }
    shop.land(1, "quarantine", expectations=[broken])

    (trouble,) = shop.health().troubles

    assert (trouble.status, trouble.title) == ("fail", "lake.raw: 3 rows in quarantine")
    assert (trouble.quarantine, trouble.message) == ("ribbon quarantine ls web.raw", "id: not_null(): 1 row")


def test_promises_that_readers_do_not_wait_for_are_listed_with_the_reason(shop: Shop, build: BuildFile) -> None:
    run = build.run(1)
    build.verdict(run, 1, AGREE, gated=False, reason="a singular test has no gate")
    build.verdict(run, 1, "test.shop.gone.3", gated=False, reason="a singular test has no gate")

    assert shop.health().ungated == (("mart.orders: They agree", "a singular test has no gate"),)


def test_a_project_without_a_build_file_is_judged_by_its_last_invocation(tmp_path: Path) -> None:
    shop = Shop(tmp_path, built=False)
    timing = [{"name": "execute", "completed_at": "2026-11-21T06:00:00Z"}]
    results = [
        {"unique_id": ORDERS, "status": "success", "execution_time": 1.0, "timing": timing},
        {"unique_id": ID, "status": "fail", "failures": 2, "message": "Got 2 results", "timing": timing},
        {"unique_id": COUNT, "status": "skipped", "timing": []},
    ]
    metadata = {"generated_at": "2026-11-21T06:00:10Z", "invocation_id": "abc"}
    document = {"metadata": metadata, "results": results, "args": {"which": "build", "target": "prod"}}
    (tmp_path / "target" / "run_results.json").write_text(json.dumps(document))

    health = shop.health()

    (trouble,) = health.troubles
    assert (trouble.status, trouble.since, trouble.message) == ("fail", None, "Got 2 results")
    assert (health.passing, health.measured, health.never) == (0, 1, 2)
    assert health.days[-1].worst == trouble.days[-1].worst == "fail"


def test_a_project_that_never_ran_has_no_health_but_the_page_stands(tmp_path: Path) -> None:
    health = Shop(tmp_path, built=False).health()

    assert (health.runs, health.troubles, health.never) == ((), (), 3)
    assert {day.worst for day in health.days} == {"none"}
