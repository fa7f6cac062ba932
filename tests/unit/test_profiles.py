"""The profile that dbt would take, and its copy for a scratch file."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import build_file_of, duckdb_profile, target_of
from ribbon.errors import ConfigError
from tests.conftest import write_files

PROFILES = """
shop:
  outputs:
    dev: {type: duckdb, path: dev.duckdb}
    prod: {type: duckdb, path: "{{ env_var('SHOP_FILE', 'build/prod.duckdb') }}"}
    default: {type: duckdb, path: default.duckdb}
    memory: {type: duckdb}
    hosted: {type: bigquery, project: shop}
  target: dev
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectPaths:
    for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "SHOP_FILE"):
        monkeypatch.delenv(name, raising=False)
    write_files(tmp_path, {"dbt_project.yml": "name: shop\nprofile: shop\n", "profiles.yml": PROFILES})
    return ProjectPaths(tmp_path, tmp_path / "data")


def test_the_target_is_the_options_then_the_environments_then_the_profiles(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert target_of(shop) == "dev"

    monkeypatch.setenv("DBT_TARGET", "prod")

    assert target_of(shop) == "prod"
    assert target_of(replace(shop, target="memory")) == "memory"


def test_a_profile_that_names_no_target_has_the_target_default(shop: ProjectPaths) -> None:
    write_files(shop.project_dir, {"profiles.yml": PROFILES.replace("  target: dev\n", "")})

    assert target_of(shop) == "default"


def test_the_file_is_in_the_project_and_may_be_named_by_the_environment(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    prod = replace(shop, target="prod")

    assert build_file_of(prod) == shop.project_dir / "build/prod.duckdb"

    monkeypatch.setenv("SHOP_FILE", "other.duckdb")

    assert build_file_of(prod) == shop.project_dir / "other.duckdb"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("gone", "profile shop: there is no target 'gone'. It has: dev, prod, default, memory, hosted."),
        ("memory", "target memory is duckdb at :memory:, but a proof builds only in DuckDB files."),
        ("hosted", "target hosted is bigquery, but a proof builds only in DuckDB files."),
    ],
)
def test_a_target_without_a_file_is_refused(shop: ProjectPaths, target: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        duckdb_profile(replace(shop, target=target))

    assert said in str(refused.value)
    assert build_file_of(replace(shop, target=target)) is None


@pytest.mark.parametrize(
    ("profiles", "said"),
    [
        ("store: {outputs: {}}\n", "there is no profile 'shop'. Add it, or name another in dbt_project.yml."),
        ("shop: {target: dev}\n", "profile shop: must be a mapping with `target` and `outputs`"),
        ("- shop\n", "must be a mapping of profiles"),
        ("shop: [\n", "invalid YAML"),
        ("shop: {outputs: {}, target: \"{{ env_var('SHOP_TARGET') }}\"}\n", "SHOP_TARGET is not set. Set it."),
        ('shop: {outputs: {}, target: "{{ var(1) }}"}\n', "Only env_var() is supported here."),
    ],
)
def test_a_profile_that_cannot_be_read_says_why(shop: ProjectPaths, profiles: str, said: str) -> None:
    write_files(shop.project_dir, {"profiles.yml": profiles})

    with pytest.raises(ConfigError) as refused:
        duckdb_profile(shop)

    assert str(refused.value).startswith(f"{shop.project_dir / 'profiles.yml'}: ")
    assert said in str(refused.value)
    assert target_of(shop) is None


def test_a_folder_of_profiles_is_read_before_the_projects_own(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(shop.project_dir, {"settings/profiles.yml": PROFILES.replace("target: dev", "target: prod")})
    monkeypatch.chdir(shop.project_dir)
    monkeypatch.setenv("DBT_PROFILES_DIR", "settings")

    assert target_of(shop) == "prod"

    monkeypatch.setenv("DBT_PROFILES_DIR", "missing")

    with pytest.raises(ConfigError, match=r"missing/profiles\.yml: there is no such file\. Add it, or set"):
        duckdb_profile(shop)


def test_a_relative_folder_of_profiles_is_one_of_the_current_folder_as_it_is_for_dbt(
    shop: ProjectPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    write_files(here, {"settings/profiles.yml": PROFILES.replace("target: dev", "target: prod")})
    monkeypatch.chdir(here)
    monkeypatch.setenv("DBT_PROFILES_DIR", "settings")

    assert target_of(shop) == "prod"


def test_a_copy_builds_into_the_scratch_file_and_writes_nowhere_else(shop: ProjectPaths) -> None:
    attached = "{type: duckdb, path: dev.duckdb, attach: [old.duckdb, {path: b, alias: c}]"
    settings = ", settings: {threads: 1, file_search_path: files}}"
    text = PROFILES.replace("{type: duckdb, path: dev.duckdb}", attached + settings)
    write_files(shop.project_dir, {"profiles.yml": text})
    folder = shop.project_dir / "scratch"

    duckdb_profile(shop).write_for(Path("new.duckdb"), {"lake": Path("lake.duckdb")}, Path("here"), folder)

    assert yaml.safe_load((folder / "profiles.yml").read_text()) == {
        "shop": {
            "target": "dev",
            "outputs": {
                "dev": {
                    "type": "duckdb",
                    "path": "new.duckdb",
                    "attach": [
                        {"path": "old.duckdb", "read_only": True},
                        {"path": "b", "alias": "c", "read_only": True},
                        {"path": "lake.duckdb", "alias": "lake", "read_only": True},
                    ],
                    "settings": {"threads": 1, "file_search_path": "files,here"},
                }
            },
        }
    }
