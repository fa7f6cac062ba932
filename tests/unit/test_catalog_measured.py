"""What the catalog knows of runs and checks, from the history in the build file and the records of the lake."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.facts.history import History, Redaction, read_history
from ribbon.catalog.views import Distribution, VerdictView
from ribbon.config import ProjectPaths
from ribbon.engines.catalog_history import history_schema
from ribbon.errors import BusyError, WorldError
from tests.build_file import NODES, ORDERS, PEOPLE, QUOTES, RAW, READER, SECRET, TEST, TODAY, BuildFile, days_ago


def _measured(build: BuildFile) -> History:
    return History(build.history(), {}, {}, Redaction(NODES), lambda _: ())


@pytest.fixture
def build(tmp_path: Path) -> BuildFile:
    return BuildFile(tmp_path)


def test_the_last_thirty_verdicts_of_each_test_come_newest_first(build: BuildFile) -> None:
    for day in range(35):
        run = build.run(35 - day)
        build.verdict(run, 35 - day, TEST, "fail" if day == 34 else "pass", elements=10, unexpected=day)
        build.verdict(run, 35 - day, SECRET)

    history = _measured(build).history(TEST)

    assert [verdict.unexpected for verdict in history] == list(range(34, 4, -1))
    assert history[0] == VerdictView("fail", days_ago(1), "run-35", elements=10, unexpected=34)


def test_a_test_that_was_never_measured_has_no_history_and_nobody_knows_whether_it_is_gated(build: BuildFile) -> None:
    measured = _measured(build)

    assert (measured.history(TEST), measured.status(TEST), measured.gated(TEST)) == ((), "never", None)
    assert (measured.runs(ORDERS), measured.profiles(ORDERS), measured.row_counts(ORDERS)) == ((), {}, ())


def test_whether_a_test_is_gated_is_what_its_last_verdict_says(build: BuildFile) -> None:
    build.verdict(build.run(2), 2, TEST, gated=False, reason="orders is a view")
    build.verdict(build.run(1), 1, TEST, gated=True)
    build.verdict(build.run(1), 1, SECRET, gated=False, reason="a singular test has no gate")

    measured = _measured(build)

    assert (measured.gated(TEST), measured.gated(SECRET)) == (True, False)
    assert measured.ungated() == {SECRET: "a singular test has no gate"}


def test_a_profile_is_of_the_last_run_and_remembers_the_null_rates_of_earlier_ones(build: BuildFile) -> None:
    first, last = build.run(2), build.run(1)
    build.profile(first, 2, ORDERS, "Status", 10, 5)
    build.profile(first, 2, ORDERS, "dropped", 10, 0)
    top = '[{"value": "open", "rows": 12}, {"value": null, "rows": 4}, {"value": "paid", "rows": 3}]'
    build.profile(last, 1, ORDERS, "Status", 20, 4, distinct=17, smallest="open", largest="paid", top=top)

    profiles = _measured(build).profiles(ORDERS)

    assert list(profiles) == ["status"]
    status = profiles["status"]
    assert (status.rows, status.nulls, status.null_rates) == (20, 4, (0.5, 0.2))
    assert status.distinct == 16, "an approximate count is no more than there are values"
    assert (status.smallest, status.largest) == ("open", "paid")
    assert status.top == Distribution(("open", "paid"), (12, 3))


def test_a_table_without_rows_has_no_null_rate(build: BuildFile) -> None:
    build.profile(build.run(1), 1, ORDERS, "id", 0, 0, distinct=0)

    assert _measured(build).profiles(ORDERS)["id"].null_rates == ()


def test_rows_over_runs_come_oldest_first_once_a_run(build: BuildFile) -> None:
    for day, rows in ((3, 10), (2, 12), (1, 9)):
        run = build.run(day)
        build.profile(run, day, ORDERS, "id", rows - 1, 0)
        build.profile(run, day - 0.1, ORDERS, "id", rows, 0)  # a second batch in the same run

    assert _measured(build).row_counts(ORDERS) == (10, 12, 9)


def test_runs_of_a_node_come_newest_first_and_what_was_skipped_has_no_time(build: BuildFile) -> None:
    build.node(build.run(3), 3, ORDERS)
    build.node(build.run(2), None, ORDERS, "skipped", "")
    build.node(
        build.run(1), 1, ORDERS, "error", "Runtime Error in model orders (models/orders.sql)\n  > in macro x\n  no"
    )

    runs = _measured(build).runs(ORDERS)

    assert [(run.status, run.finished_at) for run in runs] == [
        ("error", days_ago(1)),
        ("skipped", None),
        ("success", days_ago(3)),
    ]
    assert runs[0].message == "Runtime Error in model orders (models/orders.sql) no"


def test_no_value_of_a_restricted_column_is_told(build: BuildFile) -> None:
    run = build.run(1)
    told = {"node": PEOPLE, "elements": 9, "unexpected": 1, "observed": "Ann", "message": "observed Ann"}
    build.verdict(run, 1, SECRET, "fail", column="EMAIL", **told)
    build.verdict(run, 1, "test.shop.pair.3", "fail", arguments={"column_list": ["id", "email"]}, **told)
    build.verdict(run, 1, "test.shop.other.4", "fail", column="emails", **told)
    build.profile(
        run, 1, PEOPLE, "Email", 9, 1, distinct=8, smallest="Ann", largest="Zoe", top='[{"value":"Ann","rows":2}]'
    )

    measured = _measured(build)

    for test_id in (SECRET, "test.shop.pair.3"):
        (verdict,) = measured.history(test_id)
        assert (verdict.observed, verdict.message, verdict.unexpected) == (None, None, 1)
    assert measured.history("test.shop.other.4")[0].observed == "Ann", "emails is another column"
    email = measured.profiles(PEOPLE)["email"]
    assert (email.smallest, email.largest, email.top) == (None, None, None)
    assert (email.rows, email.nulls, email.distinct) == (9, 1, 8)


@pytest.mark.parametrize("uid", [PEOPLE, READER])
def test_an_error_that_quotes_a_restricted_value_is_told_without_it(build: BuildFile, uid: str) -> None:
    name = uid.rsplit(".", maxsplit=1)[-1]
    build.node(build.run(1), 1, uid, "error", QUOTES.format(name))

    (run,) = _measured(build).runs(uid)

    assert run.message == (
        f"Runtime Error in model {name} (models/{name}.sql) Conversion Error: Could not convert string '***' to INT32"
    )


@pytest.mark.parametrize(
    "message",
    [
        "Got 3 results, configured to fail if != 0",
        "Compilation Error in model people (models/people.sql) 'oders' is undefined",
        "Runtime Error in model people (models/people.sql) Binder Error: column x not found",
    ],
)
def test_a_message_that_can_tell_no_value_stays(build: BuildFile, message: str) -> None:
    build.node(build.run(1), 1, PEOPLE, "error", message)

    assert _measured(build).runs(PEOPLE)[0].message == message


def test_what_the_gate_refused_is_told_without_its_rows(build: BuildFile) -> None:
    headline = "main.people was not replaced: 1 of 2 expectations failed."
    build.node(build.run(1), 1, PEOPLE, "error", f"{headline}\n  unique(column=id): 2 of 9 rows\n    id=7, name=Ann")

    assert _measured(build).runs(PEOPLE)[0].message == f"{headline} unique(column=id): 2 of 9 rows"


def test_a_bad_stretch_begins_after_the_last_good_verdict(build: BuildFile) -> None:
    for day, status in ((9, "fail"), (8, "pass"), (6, "warn"), (5, "fail"), (1, "fail")):
        build.verdict(build.run(day), day, TEST, status)
    build.verdict(build.run(3), 3, SECRET, "warn")
    build.verdict(build.run(2), 2, "test.shop.good.5", "fail")
    build.verdict(build.run(1), 1, "test.shop.good.5", "pass")

    bad = _measured(build).bad()

    assert set(bad) == {TEST, SECRET}
    assert (bad[TEST].status, bad[TEST].since) == ("fail", days_ago(6))
    assert bad[SECRET].since is None, "it never was any better"
    assert bad[TEST].days[days_ago(6).date()] == "warn"


def test_a_node_that_is_skipped_since_it_failed_is_bad_since_it_failed(build: BuildFile) -> None:
    build.node(build.run(5), 5, ORDERS)
    build.node(build.run(4), 4, ORDERS, "error", "no")
    build.node(build.run(3), None, ORDERS, "skipped", "")

    measured = _measured(build)

    assert measured.bad()[ORDERS].since == days_ago(4)
    assert measured.message(ORDERS) == "no"


def test_the_worst_of_a_day_is_what_the_day_was(build: BuildFile) -> None:
    build.verdict(build.run(2), 2, TEST, "fail")
    build.verdict(build.run(2), 1.99, TEST, "pass")
    build.node(build.run(1), 1, ORDERS)
    build.verdict(build.run(40), 40, TEST, "fail")

    assert _measured(build).days() == {days_ago(2).date(): "fail", days_ago(1).date(): "pass"}


def test_a_killed_run_is_interrupted_and_times_are_utc(build: BuildFile) -> None:
    build.run(1)
    build.run(0.5, "running")

    killed, passed = _measured(build).invocations()

    assert (killed.status, killed.finished_at) == ("interrupted", None)
    assert (passed.started_at, passed.started_at.tzinfo) == (days_ago(1), UTC)


def test_a_fingerprint_changes_with_what_is_known_and_with_nothing_else(tmp_path: Path) -> None:
    def fingerprints(folder: str, *verdicts: str) -> tuple[bytes, bytes]:
        build = BuildFile(tmp_path / folder)
        for day, status in enumerate(verdicts):
            build.verdict("run-1", 9 - day, TEST, status)
        build.profile("run-1", 9, PEOPLE, "id", 1, 0)
        measured = _measured(build)
        return measured.fingerprint(ORDERS, [TEST]), measured.fingerprint(PEOPLE, [SECRET])

    once, again, more, other = (
        fingerprints(*told) for told in (("a", "pass"), ("b", "pass"), ("c", "pass", "pass"), ("d", "fail"))
    )

    assert once == again
    assert len({once[0], more[0], other[0]}) == 3
    assert once[1] == more[1] == other[1]


def test_a_file_from_before_checks_were_kept_and_an_empty_one_are_read_all_the_same(build: BuildFile) -> None:
    build.node(build.run(1), 1, ORDERS, "error", "no")
    build.connection.execute("drop table ribbon.expectation_results; drop table ribbon.column_profiles")

    measured = _measured(build)

    assert measured.history(TEST) == ()
    assert measured.bad()[ORDERS].status == "fail"


def test_the_history_is_that_of_the_target_that_wrote_the_models(tmp_path: Path) -> None:
    build = BuildFile(tmp_path)
    build.connection.execute("create schema dev_ribbon; create table dev_ribbon.runs as from ribbon.runs")
    connection = build.connection

    assert history_schema(connection, ["warehouse", "mart_sales"]) == "ribbon"
    assert history_schema(connection, ["dev_warehouse", "dev_mart_sales"]) == "dev_ribbon"


# The whole of a project's folder


def _batch(folder: Path, name: str, rows: int, landed_at: datetime, *expectations: dict[str, Any]) -> None:
    path = folder / f"batch={name}"
    path.mkdir(parents=True)
    record = {"rows": rows, "landed_at": landed_at.isoformat(), "expectations": expectations, "source": "web.raw"}
    (path / "batch.json").write_text(json.dumps(record))


def _read(project: ProjectPaths) -> History:
    return read_history(project, project.target_dir, NODES, lambda _: (ORDERS,), TODAY)


def test_what_landed_and_what_was_set_aside_is_known_by_relation(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    build = BuildFile(project.data_dir)
    build.connection.execute(
        """
        create table orders__quarantine as select 1 as id, 'q' as _quarantine_id, '["not_null(column=id)"]' as
        _quarantine_reasons, 'run' as _quarantine_run_id, timestamp '2026-11-20 08:00:00' as _quarantined_at;
        create table gone__quarantine as from orders__quarantine
        """
    )
    build.close()
    _batch(project.lake_dir / "web" / "raw", "b", 5, days_ago(1))
    _batch(project.lake_dir / "web" / "raw", "a", 7, days_ago(3))
    broken = {"expectation": "not_null", "column": "id", "arguments": {}, "severity": "error", "met": False}
    _batch(project.quarantine_dir / "web" / "raw", "c", 3, days_ago(2), broken | {"unexpected": 2, "measured": 3})

    measured = _read(project)

    assert (measured.loaded_at(RAW), measured.row_counts(RAW)) == (days_ago(1), (7, 12))
    assert (measured.quarantined(RAW), measured.quarantined(ORDERS), measured.quarantined(PEOPLE)) == (3, 1, 0)
    assert measured.in_quarantine()[ORDERS].command == "ribbon quarantine ls orders"
    assert measured.in_quarantine()[ORDERS].reasons == (("not_null(column=id)", 1),)
    assert (measured.in_quarantine()[RAW].command, measured.in_quarantine()[RAW].since) == (
        "ribbon quarantine ls web.raw",
        days_ago(2),
    )
    assert measured.in_quarantine()[RAW].reasons == (("id: not_null()", 2),)


def test_while_a_process_writes_the_build_file_it_is_said_who(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    project.data_dir.mkdir()
    # DuckDB's lock is between processes, so the writer is another one.
    wait = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", wait, str(project.build_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(BusyError, match=str(holder.pid)):
            _read(project)
        holder.communicate()


def test_a_damaged_record_of_a_batch_is_named(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _batch(project.lake_dir / "web" / "raw", "a", 7, days_ago(3))
    (project.lake_dir / "web" / "raw" / "batch=a" / "batch.json").write_text("{")

    with pytest.raises(WorldError, match=r"batch=a/batch\.json"):
        _read(project)
