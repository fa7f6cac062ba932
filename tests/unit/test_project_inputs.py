"""Whether a manifest is current: whatever dbt would parse again is seen, however the file was changed."""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ribbon.config import ProjectPaths
from ribbon.project import changed_inputs, compiled_artifacts, loading
from ribbon.project.inputs import RECORD, read_inputs, record_inputs
from tests.conftest import write_files
from tests.manifests import model, write_manifest

FILES = {
    "dbt_project.yml": "name: shop\nprofile: shop\nmodel-paths: [models, contracts]\nvars: {days: 3}\n",
    "profiles.yml": "shop: {outputs: {dev: {type: duckdb, path: \"{{ env_var('SHOP_FILE', 'a') }}\"}}, target: dev}\n",
    "packages.yml": "packages: []\n",
    "models/orders.sql": "select 1 as one\n",
    "models/gone.sql": "select 2 as two\n",
    "contracts/orders.yml": "models: [{name: orders}]\n",
    "macros/cents.sql": "{% macro cents() %}100{% endmacro %}\n",
    "seeds/kinds.csv": "code\na\n",
    "dbt_packages/tools/dbt_project.yml": "name: tools\n",
    "dbt_packages/tools/macros/key.sql": "{% macro key() %}1{% endmacro %}\n",
    "README.md": "No input of dbt's.\n",
}


def append(path: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / path).open("a") as file:
            file.write("\n")

    return change


def edit_with_an_old_date(folder: Path) -> None:
    append("models/orders.sql")(folder)
    os.utime(folder / "models/orders.sql", (1, 1))


def edit_at_the_same_time_and_size(folder: Path) -> None:
    file = folder / "models/orders.sql"
    before = file.stat()
    file.write_text("select 7 as one\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def add_with_an_old_date(folder: Path) -> None:
    (folder / "models/new.sql").write_text("select 3 as three\n")
    os.utime(folder / "models/new.sql", (1, 1))


CHANGES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "deleted": (lambda folder: (folder / "models/gone.sql").unlink(), {"models/gone.sql"}),
    "renamed": (
        lambda folder: (folder / "models/gone.sql").rename(folder / "models/kept.sql") and None,
        {"models/gone.sql", "models/kept.sql"},
    ),
    "added with an old date": (add_with_an_old_date, {"models/new.sql"}),
    "edited with an old date": (edit_with_an_old_date, {"models/orders.sql"}),
    "edited at the same time and size": (edit_at_the_same_time_and_size, {"models/orders.sql"}),
    "another model path": (append("contracts/orders.yml"), {"contracts/orders.yml"}),
    "macro": (append("macros/cents.sql"), {"macros/cents.sql"}),
    "macro of a package": (append("dbt_packages/tools/macros/key.sql"), {"dbt_packages/tools/macros/key.sql"}),
    "packages": (append("packages.yml"), {"packages.yml"}),
    "vars": (append("dbt_project.yml"), {"dbt_project.yml"}),
    "profile": (append("profiles.yml"), {"profiles.yml"}),
    "seed": (append("seeds/kinds.csv"), {"seeds/kinds.csv"}),
}


@pytest.fixture
def shop(tmp_path: Path) -> ProjectPaths:
    """A project with the manifest that plain dbt left, which Ribbon has not looked at."""
    folder = tmp_path / "shop"
    write_files(folder, FILES)
    write_manifest(folder / "target", invocation_id="first")
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))
    (folder / "target/manifest.json").touch()
    time.sleep(0.02)  # files keep times in ticks of some milliseconds
    return ProjectPaths(folder, folder / "data")


def target(paths: ProjectPaths) -> Path:
    return paths.project_dir / "target"


def test_a_manifest_of_files_that_did_not_change_is_current(shop: ProjectPaths) -> None:
    assert changed_inputs(shop, target(shop)) == ()
    append("README.md")(shop.project_dir)
    assert changed_inputs(shop, target(shop)) == ()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_once_the_manifest_was_found_current(shop: ProjectPaths, name: str) -> None:
    change, expected = CHANGES[name]
    assert changed_inputs(shop, target(shop)) == ()

    change(shop.project_dir)

    assert set(changed_inputs(shop, target(shop))) == expected


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen_before_ribbon_ever_looked_at_the_manifest(shop: ProjectPaths, name: str) -> None:
    CHANGES[name][0](shop.project_dir)

    assert changed_inputs(shop, target(shop)) != ()
    assert not (target(shop) / RECORD).exists()


def test_a_variable_of_the_environment_that_a_file_asks_for_is_an_input(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOP_FILE", raising=False)
    assert changed_inputs(shop, target(shop)) == ()

    monkeypatch.setenv("SHOP_FILE", "secret-place")

    assert changed_inputs(shop, target(shop)) == ("SHOP_FILE",)
    record_inputs(target(shop), read_inputs(shop))
    assert "secret-place" not in (target(shop) / RECORD).read_text()


def test_a_folder_that_was_deleted_is_seen_by_the_files_that_the_manifest_names(shop: ProjectPaths) -> None:
    write_manifest(target(shop), [model("orders"), model("lost", folder="moved/away")], invocation_id="second")

    assert changed_inputs(shop, target(shop)) == ("models/moved/away/lost.sql",)


def test_settings_of_dbt_that_no_file_asks_for_are_no_inputs(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changed_inputs(shop, target(shop)) == ()

    monkeypatch.setenv("DBT_LOG_LEVEL", "info")
    monkeypatch.setenv("DBT_TARGET", "dev")  # which is the default

    assert changed_inputs(shop, target(shop)) == ()
    assert changed_inputs(replace(shop, target="dev"), target(shop)) == ()
    assert changed_inputs(replace(shop, target="prod"), target(shop)) == ("target",)


def test_a_secret_of_dbts_is_no_input(shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "one")
    assert changed_inputs(shop, target(shop)) == ()

    monkeypatch.setenv("DBT_ENV_SECRET_TOKEN", "two")

    assert changed_inputs(shop, target(shop)) == ()
    assert "DBT_ENV_SECRET_TOKEN" not in (target(shop) / RECORD).read_text()


def test_a_manifest_that_dbt_wrote_since_needs_a_record_of_its_own(shop: ProjectPaths) -> None:
    assert changed_inputs(shop, target(shop)) == ()
    append("models/orders.sql")(shop.project_dir)

    write_manifest(target(shop), invocation_id="second")

    assert changed_inputs(shop, target(shop)) == ()


def test_what_was_edited_while_dbt_ran_is_not_in_its_manifest(shop: ProjectPaths) -> None:
    append("models/orders.sql")(shop.project_dir)
    write_manifest(target(shop), invocation_id="second")
    results = {"metadata": {"invocation_id": "second"}, "elapsed_time": 30.0, "results": []}
    (target(shop) / "run_results.json").write_text(json.dumps(results))

    assert "models/orders.sql" in changed_inputs(shop, target(shop))


def test_a_copy_of_a_project_with_its_artifacts_is_as_current_as_the_project(
    shop: ProjectPaths, tmp_path: Path
) -> None:
    copied = shutil.copytree(shop.project_dir, tmp_path / "copy")
    for path in copied.rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))

    assert changed_inputs(ProjectPaths(copied, copied / "data"), copied / "target") == ()


def test_a_damaged_record_counts_as_none(shop: ProjectPaths) -> None:
    assert changed_inputs(shop, target(shop)) == ()
    (target(shop) / RECORD).write_text("{")

    assert changed_inputs(shop, target(shop)) == ()
    assert json.loads((target(shop) / RECORD).read_text())["invocation_id"] == "first"


def test_artifacts_that_lack_the_sql_of_a_model_are_compiled_again(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(loading, "run_dbt", lambda _, arguments: ran.append(arguments[0]))
    write_manifest(target(shop), [model("orders"), model("gone")], invocation_id="second")
    assert (compiled_artifacts(shop), ran) == (target(shop), [])

    write_manifest(target(shop), [model("orders"), model("gone", compiled=None)], invocation_id="third")

    assert (compiled_artifacts(shop), ran) == (target(shop) / "docs", ["compile"])
