"""How Ribbon starts dbt, and what it hears of its events."""

import json
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import run_dbt
from tests.conftest import write_files

EVENTS = [
    ("JinjaLogWarning", "warn", "The gate: say this once."),
    ("LogTestResult", "warn", "1 of 1 WARN 2 accepted_values"),
    ("RunResultWarning", "warn", "Warning in test accepted_values"),
    ("RunResultWarningMessage", "warn", "Got 2 results, configured to warn if != 0"),
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


def test_relative_paths_of_the_environment_are_those_of_the_current_folder(
    here: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_PROFILES_DIR", "settings")

    assert run_dbt(here, ["build"]).printed == ("printed", str(Path.cwd() / "settings"))
