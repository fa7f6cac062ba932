"""Where dbt's files lie: what dbt itself is told by the environment and dbt_project.yml."""

from dataclasses import replace
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import profiles_file, target_of
from ribbon.dbt.rendered_settings import artifacts_dir_of
from tests.conftest import write_files

PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb}, prod: {type: duckdb}}}\n"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for option in ("TARGET_PATH", "TARGET", "PROFILES_DIR"):
        monkeypatch.delenv(f"DBT_{option}", raising=False)
        monkeypatch.delenv(f"DBT_ENGINE_{option}", raising=False)


def paths(folder: Path, target_path: str = "") -> ProjectPaths:
    """Those of a project, as commands take them."""
    named = f"target-path: {target_path}\n" if target_path else ""
    write_files(folder, {"dbt_project.yml": f"name: shop\nprofile: shop\n{named}", "profiles.yml": PROFILES})
    found = ProjectPaths.find(folder, None)
    return replace(found, artifacts=artifacts_dir_of(found))


def test_artifacts_lie_where_the_environment_says_else_dbt_project_yml_else_in_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "test")

    assert paths(tmp_path).target_dir == tmp_path / "target"
    assert paths(tmp_path, "out/dbt").target_dir == tmp_path / "out/dbt"
    assert paths(tmp_path, "/srv/dbt").target_dir == Path("/srv/dbt")
    assert paths(tmp_path, "\"out_{{ env_var('STAGE') }}\"").target_dir == tmp_path / "out_test"
    monkeypatch.setenv("DBT_TARGET_PATH", "elsewhere")
    assert paths(tmp_path, "out").target_dir == tmp_path / "elsewhere"


@pytest.mark.parametrize("prefix", ["DBT", "DBT_ENGINE"])
def test_both_names_of_dbts_variables_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    write_files(tmp_path, {"other/profiles.yml": PROFILES})
    monkeypatch.chdir(tmp_path)
    for option, value in {"TARGET_PATH": "out", "TARGET": "prod", "PROFILES_DIR": "other"}.items():
        monkeypatch.setenv(f"{prefix}_{option}", value)
    here = paths(tmp_path)

    assert here.target_dir == tmp_path / "out"
    assert target_of(here) == "prod"
    assert profiles_file(here) == tmp_path / "other/profiles.yml"


def test_a_project_file_that_cannot_be_read_names_no_folder(tmp_path: Path) -> None:
    here = paths(tmp_path)
    write_files(tmp_path, {"dbt_project.yml": "name: {"})

    assert artifacts_dir_of(here) is None
