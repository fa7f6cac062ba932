"""Plain dbt and the gate agree, project by project drawn at random: the same verdicts, the same tables.

The plain project has the package for its expectations and none of its materializations. Where a model was refused its
table differs from plain dbt's from then on, so it is looked at no more.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import REPOSITORY, Workshop, new_mini, take_parsed, write_files
from tests.drawn_models import LOADS, drawn_project

MODELS = 60
PACKAGES = REPOSITORY / "tests/other_packages"
SELECT = ("--select", "path:models/warehouse/drawn")


@dataclass
class Load:
    """A build of both projects. Verdicts: by test, (status, failures); of the gate where the test was skipped."""

    plain: dict[str, tuple[str, Any]]
    gated: dict[str, tuple[str, Any]]
    refused: set[str]
    built: set[str]
    rows: tuple[Mapping[str, Any], Mapping[str, Any]]
    log: str


@dataclass
class Pair:
    """committed: models with hooks that run after the commit, which no gate can take back."""

    plain: Workshop
    gated: Workshop
    committed: set[str] = field(default_factory=set)
    loads: list[Load] = field(default_factory=list)


def build(workshop: Workshop, load: int) -> tuple[dict[str, dict[str, Any]], str]:
    with duckdb.connect(str(workshop.data / "build.duckdb")) as connection:
        connection.execute(f"create or replace table main.drawn_load as select {load} as load")
    ended = workshop.dbt("build", *SELECT)
    assert ended.exit_code in {0, 1}, ended.out
    results = json.loads((workshop.target / "run_results.json").read_text())["results"]
    return {result["unique_id"]: result for result in results}, ended.out


def rows_of(workshop: Workshop) -> dict[str, Any]:
    names = [
        name
        for (name,) in workshop.query(
            "select table_name from duckdb_columns() where schema_name = 'warehouse' group by 1"
        )
    ]
    return {name: sorted(workshop.query(f"select * from warehouse.{name}"), key=str) for name in names}


def verdicts(results: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, Any]]:
    return {
        key.split(".")[2]: (str(result["status"]), result["failures"])
        for key, result in results.items()
        if key.startswith("test.") and result["status"] != "skipped"
    }


@pytest.fixture(
    scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("drawn")
    both = Pair(new_mini(folder / "plain"), new_mini(folder / "gated"))
    files = drawn_project(request.param, MODELS)
    both.committed = {Path(file).stem for file, text in files.items() if "'transaction': false" in text}
    for workshop in (both.plain, both.gated):
        write_files(workshop.project, files)
        for package in ("dbt_utils", "dbt_expectations"):
            shutil.copytree(PACKAGES / package, workshop.project / package)
        assert workshop.dbt("deps").exit_code == 0
    (both.plain.project / "macros/ribbon.sql").unlink()
    for number in range(LOADS):
        plain, _ = build(both.plain, number)
        gated, log = build(both.gated, number)
        run = "(select run_id from ribbon.runs order by started_at desc limit 1)"
        measured = both.gated.query(
            f"select split_part(test_id, '.', 3), status, failures from ribbon.expectation_results where run_id = {run}"
        )
        models = {key.split(".")[2]: str(result["status"]) for key, result in gated.items() if key.startswith("model.")}
        both.loads.append(
            Load(
                verdicts(plain),
                {name: (status, failures) for name, status, failures in measured} | verdicts(gated),
                {name for name, status in models.items() if status == "error"},
                {name for name, status in models.items() if status == "success"},
                (rows_of(both.plain), rows_of(both.gated)),
                log,
            )
        )
    return both


def of_model(found: Mapping[str, tuple[str, Any]], model: str) -> dict[str, tuple[str, Any]]:
    return {name: verdict for name, verdict in found.items() if name.startswith(f"{model}_")}


def test_verdicts_and_tables_are_plain_dbts(pair: Pair) -> None:
    alive = {f"drawn_{number:02}" for number in range(MODELS)}
    refused = 0
    for number, load in enumerate(pair.loads):
        for model in sorted(alive):
            plain, gated = of_model(load.plain, model), of_model(load.gated, model)
            assert plain, model
            where = f"load {number}: {model}"
            if model in load.refused:
                failed = {name for name, (status, _) in gated.items() if status == "fail"}
                assert failed, f"{where}: {load.log}"
                assert {plain[name][0] for name in failed} == {"fail"}, where
                assert {name: plain[name] for name in gated} == gated or model in pair.committed, where
                before = pair.loads[number - 1].rows[1].get(model) if number else None
                assert load.rows[1].get(model) == before or model in pair.committed, where
                alive.remove(model)
                refused += 1
            else:
                assert gated == plain, where
                assert load.rows[1][model] == load.rows[0][model], where
    assert refused > MODELS // 6
    assert len(alive) > MODELS // 6


def test_what_the_gate_let_through_passes_dbts_tests(pair: Pair, tmp_path: Path) -> None:
    """Plain dbt's tests on the tables of the gate: what fails there failed in the build too, after the table."""
    data = tmp_path / "data"
    shutil.copytree(pair.gated.data, data)
    again = Workshop(pair.plain.project, data, tmp_path / "target")
    take_parsed(again, pair.plain)
    again.dbt("test", *SELECT)
    results = json.loads((again.target / "run_results.json").read_text())["results"]

    found = verdicts({result["unique_id"]: result for result in results})

    load = pair.loads[-1]
    for model in sorted(load.built - {"parent"}):
        assert of_model(found, model) == of_model(load.gated, model), model
