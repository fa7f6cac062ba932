"""A proof builds both states with the dbt that the project names now."""

from pathlib import Path
from typing import Any

import pytest

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import duckdb_profile
from ribbon.evolve.git import Tree
from ribbon.evolve.proof import workspace
from tests.conftest import write_files


def test_neither_state_names_the_dbt_of_a_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIBBON_DBT", raising=False)
    monkeypatch.delenv("DBT_PROFILES_DIR", raising=False)
    profiles = "shop: {target: dev, outputs: {dev: {type: duckdb, path: a.duckdb}}}\n"
    write_files(tmp_path / "shop", {"dbt_project.yml": named("../dbt2/bin/dbt"), "profiles.yml": profiles})
    write_files(tmp_path / "scratch", {"before/dbt_project.yml": named("of_a_branch")})
    started: list[str] = []
    monkeypatch.setattr(workspace, "run_dbt", lambda *_, program, **__: started.append(program))
    project = ProjectPaths(tmp_path / "shop", tmp_path / "data")
    scratch: Any = workspace.Workspace(project, duckdb_profile(project), tmp_path / "scratch")

    scratch._dbt(Tree(tmp_path / "scratch/before", "HEAD"), ["compile"])

    assert started == [str(tmp_path / "shop/../dbt2/bin/dbt")]


def named(program: str) -> str:
    return f"name: shop\nprofile: shop\nvars: {{ribbon: {{dbt: {program}}}}}\n"
