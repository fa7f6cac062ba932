"""How Ribbon starts dbt, and what it hears of its events."""

import json
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from ribbon import versions
from ribbon.config import ProjectPaths
from ribbon.dbt.runner import dbt_program, dbt_stamp, run_dbt
from ribbon.errors import ConfigError
from tests.conftest import write_files

EVENTS = [
    ("JinjaLogWarning", "warn", "The gate: say this once."),
    ("LogTestResult", "warn", "1 of 1 WARN 2 accepted_values"),
    ("RunResultWarning", "warn", "Warning in test accepted_values"),
    ("RunResultWarningMessage", "warn", "Got 2 results, configured to warn if != 0"),
    ("", "warn", "[warning] [ColumnTypeMismatch (dbt1058)]: Overriding 'bigint' with 'integer'."),
    ("PrintEvent", "info", "printed"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectPaths:
    """A project, and beside it the folder in which the command is called, with a program for dbt."""
    folder = tmp_path / "here"
    monkeypatch.delenv("DBT_ENGINE_PROFILES_DIR", raising=False)
    events = "\n".join(
        json.dumps({"info": {"name": name, "level": level, "msg": text}, "data": {}}) for name, level, text in EVENTS
    )
    places = '{"info": {"name": "PrintEvent", "level": "info", "msg": "\'"$DBT_PROFILES_DIR"\'"}, "data": {}}'
    write_files(folder, {"bin/dbt": f"#!/bin/sh\ncat <<'END'\n{events}\nEND\necho '{places}'\n"})
    (folder / "bin/dbt").chmod(0o755)
    (tmp_path / "shop").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("RIBBON_DBT", "bin/dbt")
    return ProjectPaths(tmp_path / "shop", tmp_path / "data")


def test_a_node_that_warned_is_said_by_its_result_alone(here: ProjectPaths) -> None:
    assert run_dbt(here, ["build"]).warnings == ("The gate: say this once.",)


def test_errors_are_heard_without_the_values_that_they_quote(here: ProjectPaths) -> None:
    said = "Runtime Error in model m (m.sql)\n  Conversion Error: Could not convert string 'Ann' to INT32"
    event = json.dumps({"info": {"name": "", "level": "error", "msg": said}, "data": {}})
    write_files(Path.cwd(), {"bin/dbt": f"#!/bin/sh\ncat <<'END'\n{event}\nEND\nexit 1\n"})

    assert run_dbt(here, ["build"], nodes_may_fail=True).errors == (said.replace("'Ann'", "'***'"),)


def test_relative_paths_of_the_environment_are_those_of_the_current_folder(
    here: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PROFILES_DIR", "settings")

    assert run_dbt(here, ["build"]).printed == ("printed", str(Path.cwd() / "settings"))


@pytest.fixture
def alone(here: ProjectPaths, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of Ribbon's interpreter, without a dbt in it or on PATH."""
    monkeypatch.delenv("RIBBON_DBT")
    monkeypatch.setenv("PATH", str(here.data_dir))
    monkeypatch.setattr(sys, "executable", str(here.project_dir / "env/python"))
    return here.project_dir / "env"


def program(path: Path, text: str = "#!/bin/sh\n") -> str:
    write_files(path.parent, {path.name: text})
    path.chmod(0o755)
    return str(path)


def test_the_dbt_beside_ribbon_comes_before_the_one_on_the_path(here: ProjectPaths, alone: Path) -> None:
    on_path = program(here.data_dir / "dbt")
    assert dbt_program(here) == on_path

    beside = program(alone / "dbt")

    assert dbt_program(here) == beside


def test_without_any_dbt_both_remedies_are_named(here: ProjectPaths, alone: Path) -> None:
    assert not alone.exists()
    with pytest.raises(ConfigError) as raised:
        run_dbt(here, ["parse"])

    assert "No dbt is installed beside Ribbon or on PATH" in str(raised.value)
    assert "pip install 'dbt-ribbon[dbt1]'" in str(raised.value)
    assert "in RIBBON_DBT or as `dbt` under `vars: ribbon:` in dbt_project.yml" in str(raised.value)


@pytest.mark.usefixtures("alone")
def test_only_the_projects_own_file_names_a_dbt(here: ProjectPaths) -> None:
    theirs = "name: tools\nvars: {ribbon: {dbt: theirs}, shop: {ribbon: {dbt: theirs}}}\n"
    write_files(
        here.project_dir,
        {
            "dbt_project.yml": "name: shop\nvars: {tools: {ribbon: {dbt: of_tools}}}\n",
            "dbt_packages/tools/dbt_project.yml": theirs,
            "models/schema.yml": "vars: {ribbon: {dbt: theirs}}\n",
        },
    )
    assert dbt_program(here) is None

    write_files(here.project_dir, {"dbt_project.yml": "name: shop\nvars: {shop: {ribbon: {dbt: own/dbt}}}\n"})

    assert dbt_program(here) == str(here.project_dir / "own/dbt")


def test_another_dbt_has_another_stamp(here: ProjectPaths, alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions_there = {"dbt-core": "1.11.16"}

    def version(name: str) -> str:
        if name not in versions_there:
            raise PackageNotFoundError(name)
        return versions_there[name]

    monkeypatch.setattr(versions, "version", version)
    assert dbt_stamp(here) == "", "there is none"
    program(alone / "dbt")
    assert dbt_stamp(here) == "1.11.16"
    versions_there["dbt-core"] = "2.0.0a4"
    assert dbt_stamp(here) == "2.0.0a4"

    monkeypatch.setenv("RIBBON_DBT", program(here.data_dir / "other", "one"))
    assert dbt_stamp(here) == "3"
    monkeypatch.setenv("RIBBON_DBT", "nowhere")
    assert dbt_stamp(here) == "nowhere"


def test_a_dbt_without_a_driver_says_so_once(here: ProjectPaths) -> None:
    message = (
        "Failed to create schema: Failed to load `duckdb` driver from name, then failed to load it from the CDN.\n..."
    )
    event = json.dumps({"info": {"name": "", "level": "error", "msg": message}, "data": {}})
    program(Path("bin/dbt"), f"#!/bin/sh\ncat <<'END'\n{event}\n{event}\nEND\nexit 1\n")

    with pytest.raises(ConfigError, match=r"dbt 2 has no driver for this database.*ADBC_DRIVER_PATH"):
        run_dbt(here, ["build"], nodes_may_fail=True)


def test_why_an_operation_failed_is_said(here: ProjectPaths) -> None:
    message = "Encountered an error while running operation: IO Error: Cannot open file"
    event = json.dumps({"info": {"name": "", "level": "error", "msg": message}, "data": {}})
    program(Path("bin/dbt"), f"#!/bin/sh\ncat <<'END'\n{event}\nEND\nexit 2\n")

    with pytest.raises(ConfigError, match="dbt cannot run this project: IO Error: Cannot open file"):
        run_dbt(here, ["run-operation", "anything"])
