"""Of which targets marts are published to readers."""

from dataclasses import replace
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.project import read_project
from ribbon.publish import reason_not_to_publish
from tests.conftest import write_files
from tests.manifests import macro, model, write_manifest

PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: a}, prod: {type: duckdb, path: b}}}\n"
FOLDERS_DECIDE = macro("default__schemas_by_folder", "{% macro default__schemas_by_folder() %}{% endmacro %}")


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectPaths:
    for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_TARGET_PATH"):
        monkeypatch.delenv(name, raising=False)
    write_files(tmp_path, {"dbt_project.yml": "name: shop\nprofile: shop\n", "profiles.yml": PROFILES})
    return ProjectPaths(tmp_path, tmp_path / "data")


def reason(paths: ProjectPaths, schema: str = "mart_sales", *, folders_decide: bool = False, **metadata: str) -> str:
    mart = model("sales_daily", folder="mart/sales", schema=schema)
    macros = [FOLDERS_DECIDE] if folders_decide else []
    return reason_not_to_publish(
        read_project(paths, write_manifest(paths.target_dir, [mart], macros=macros, **metadata))
    )


def test_a_developers_target_is_named_as_the_profile_or_the_option_names_it(paths: ProjectPaths) -> None:
    said = "it writes to a developer's schemas (dev_…), which are not for readers"

    assert reason(paths, "dev_mart_sales", folders_decide=True).startswith(f"target dev: {said}")
    assert reason(replace(paths, target="mine"), "dev_mart_sales", folders_decide=True).startswith("target mine: it")
    assert reason(paths, "mart_sales", folders_decide=True) == ""
    assert reason(paths, "dev_mart_sales") == "", "schemas say nothing where the project places models itself"


def test_a_database_that_readers_query_needs_no_file(paths: ProjectPaths) -> None:
    assert reason(paths, adapter_type="bigquery") == "target dev: readers query bigquery itself."


def test_a_project_may_name_the_targets_that_it_publishes_from(paths: ProjectPaths) -> None:
    with (paths.project_dir / "dbt_project.yml").open("a") as file:
        file.write("vars: {production_targets: [prod, live]}\n")

    assert reason(paths).startswith("target dev: it is none of the production targets (prod, live). Publish from")
    assert reason(replace(paths, target="live")) == ""
