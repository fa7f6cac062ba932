"""What the catalog knows of runs and checks where only dbt's own artifacts tell of them."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ribbon.catalog.facts.history import History, read_history
from ribbon.catalog.views import VerdictView
from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from tests.build_file import NODES, ORDERS, PEOPLE, QUOTES, RAW, SECRET, TEST, TODAY


def _read(project: ProjectPaths, tested: Callable[[str], Sequence[str]] = lambda _: (ORDERS,)) -> History:
    return read_history(project, project.target_dir, NODES, tested, TODAY)


def _result(uid: str, status: str, **fields: Any) -> dict[str, Any]:
    timing = [{"name": "execute", "started_at": None, "completed_at": "2026-11-21T06:00:00Z"}]
    return {"unique_id": uid, "status": status, "execution_time": 2.5, "timing": timing, "message": None, **fields}


def _write_results(
    target: Path,
    results: Iterable[dict[str, Any]],
    which: str = "build",
    invocation_id: str = "abc",
    at: str = "2026-11-21T06:00:10Z",
) -> None:
    target.mkdir(exist_ok=True)
    metadata = {"generated_at": at, "invocation_id": invocation_id, "env": {}}
    args = {"which": which, "target": "prod"}
    document = {"metadata": metadata, "results": list(results), "elapsed_time": 20.0, "args": args}
    (target / "run_results.json").write_text(json.dumps(document))


def test_without_a_build_file_verdicts_and_runs_are_those_of_the_last_invocation(tmp_path: Path) -> None:
    rows = {"adapter_response": {"rows_affected": 42}}
    _write_results(
        tmp_path / "target",
        [
            _result(ORDERS, "success", message="SELECT 42", **rows),
            _result(TEST, "fail", message="Got 3 results, configured to fail if != 0", failures=3),
            _result("test.shop.broken.6", "runtime error", message="Runtime Error"),
            _result("test.shop.left.7", "skipped", timing=[]),
        ],
    )

    measured = _read(ProjectPaths(tmp_path, tmp_path / "data"))

    ended = datetime(2026, 11, 21, 6, tzinfo=UTC)
    message = "Got 3 results, configured to fail if != 0"
    assert measured.history(TEST) == (VerdictView("fail", ended, "abc", unexpected=3, message=message),)
    assert [measured.status(f"test.shop.{name}") for name in ("broken.6", "left.7", "none")] == [
        "error",
        "never",
        "never",
    ]
    assert measured.gated(TEST) is None, "the gate is not this project's"
    assert measured.row_counts(ORDERS) == (42,)
    assert measured.profiles(ORDERS) == {}
    (run,) = measured.runs(ORDERS)
    assert (run.run_id, run.status, run.seconds, run.finished_at) == ("abc", "success", 2.5, ended)
    (invocation,) = measured.invocations()
    assert (invocation.command, invocation.status, invocation.failed) == ("build", "failed", 2)
    assert invocation.started_at == ended + timedelta(seconds=-10)
    assert set(measured.bad()) == {TEST, "test.shop.broken.6"}
    assert measured.days() == {ended.date(): "fail"}


def test_what_only_compiled_ran_nothing(tmp_path: Path) -> None:
    _write_results(tmp_path / "target", [_result(TEST, "success"), _result(ORDERS, "success")], which="generate")

    measured = _read(ProjectPaths(tmp_path, tmp_path / "data"))

    assert (measured.status(TEST), measured.runs(ORDERS), measured.invocations()) == ("never", (), ())


def test_a_last_invocation_tells_no_value_of_a_restricted_column(tmp_path: Path) -> None:
    _write_results(tmp_path / "target", [_result(SECRET, "error", message=QUOTES.format("people"))])

    measured = _read(ProjectPaths(tmp_path, tmp_path / "data"), lambda _: (PEOPLE,))

    message = measured.history(SECRET)[0].message
    assert message
    assert "Ann" not in message


def test_what_an_earlier_invocation_said_is_remembered(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    for day, status in ((17, "pass"), (18, "fail"), (19, "fail")):
        ended = f"2026-11-{day}T06:00:00Z"
        told = {TEST: status} if day == 19 else {TEST: status, ORDERS: "success"}
        results = [_result(uid, said, timing=[{"completed_at": ended}]) for uid, said in told.items()]
        _write_results(project.target_dir, results, invocation_id=f"run-{day}", at=ended)
        _read(project)

    measured = _read(project)

    assert [verdict.run_id for verdict in measured.history(TEST)] == ["run-19", "run-18", "run-17"]
    assert [run.run_id for run in measured.runs(ORDERS)] == ["run-18", "run-17"], "the last run left it out"
    assert measured.bad()[TEST].since == datetime(2026, 11, 18, 6, tzinfo=UTC)


def test_what_is_older_than_four_hundred_days_is_forgotten(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    for year in (2024, 2026):
        ended = f"{year}-11-18T06:00:00Z"
        results = [_result(TEST, "pass", timing=[{"completed_at": ended}])]
        _write_results(project.target_dir, results, invocation_id=f"run-{year}", at=ended)
        measured = _read(project)

    assert [verdict.run_id for verdict in measured.history(TEST)] == ["run-2026"]
    assert [run.run_id for run in measured.invocations()] == ["run-2026"]


def test_after_a_compile_the_last_run_is_still_known(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _write_results(project.target_dir, [_result(TEST, "pass")])
    before = _read(project)
    _write_results(project.target_dir, [_result(TEST, "success")], which="generate", invocation_id="docs")
    after = _read(project)

    assert after.status(TEST) == "pass"
    assert before.fingerprint(ORDERS, [TEST]) == after.fingerprint(ORDERS, [TEST])


def test_a_damaged_memory_of_runs_is_put_aside(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _write_results(project.target_dir, [_result(TEST, "pass")])
    history = project.history_dir(project.target_dir)
    history.mkdir(parents=True)
    (history / "runs.duckdb").write_text("no database")

    assert _read(project).status(TEST) == "pass"
    assert (history / "runs.damaged").read_text() == "no database"


def test_where_nothing_can_be_kept_the_last_invocation_is_told_all_the_same(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _write_results(project.target_dir, [_result(TEST, "pass")])
    (project.project_dir / ".ribbon").write_text("a file, where a folder would be")

    assert _read(project).status(TEST) == "pass"


def test_history_outlives_dbt_clean(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _write_results(project.target_dir, [_result(TEST, "fail")], invocation_id="before", at="2026-11-20T06:00:10Z")
    _read(project)
    shutil.rmtree(project.target_dir)  # what `dbt clean` deletes
    _write_results(project.target_dir, [_result(TEST, "pass")], invocation_id="after")

    assert [verdict.run_id for verdict in _read(project).history(TEST)] == ["after", "before"]
    assert (project.history_dir(project.target_dir) / ".gitignore").read_text() == "*\n"


def test_history_of_an_earlier_version_is_moved_out_of_the_way_of_dbt_clean(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path, tmp_path / "data")
    _write_results(project.target_dir, [_result(TEST, "fail")], invocation_id="before", at="2026-11-20T06:00:10Z")
    _read(project)
    former = project.target_dir / "ribbon" / "runs.duckdb"
    former.parent.mkdir()
    (project.history_dir(project.target_dir) / "runs.duckdb").rename(former)
    _write_results(project.target_dir, [_result(TEST, "pass")], invocation_id="after")

    assert [verdict.run_id for verdict in _read(project).history(TEST)] == ["after", "before"]
    assert not former.exists()


def test_artifacts_outside_the_project_hold_their_own_history(tmp_path: Path) -> None:
    project = ProjectPaths(tmp_path / "project", tmp_path / "data")

    assert project.history_dir(tmp_path / "artifacts") == tmp_path / "artifacts" / "ribbon"
    assert project.history_dir(tmp_path / "project/prod") != project.history_dir(project.target_dir)
    assert project.history_dir(project.target_dir / "docs") == project.history_dir(project.target_dir)


def test_freshness_is_what_dbt_found_where_there_is_no_lake(tmp_path: Path) -> None:
    found = [
        {"unique_id": RAW, "max_loaded_at": "2026-11-19T00:00:00+00:00", "status": "warn"},
        {"unique_id": "source.shop.web.gone", "error": "no such table", "status": "runtime error"},
    ]
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "sources.json").write_text(json.dumps({"results": found}))

    measured = _read(ProjectPaths(tmp_path, tmp_path / "data"))

    assert measured.loaded_at(RAW) == datetime(2026, 11, 19, tzinfo=UTC)
    assert measured.loaded_at("source.shop.web.gone") is None


def test_where_nothing_ever_ran_nothing_is_known(tmp_path: Path) -> None:
    measured = _read(ProjectPaths(tmp_path, tmp_path / "data"))

    assert (measured.history(TEST), measured.runs(ORDERS), measured.bad(), measured.days()) == ((), (), {}, {})


def test_broken_results_are_named(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "run_results.json").write_text("[")

    with pytest.raises(ConfigError, match=r"run_results\.json"):
        _read(ProjectPaths(tmp_path, tmp_path / "data"))
