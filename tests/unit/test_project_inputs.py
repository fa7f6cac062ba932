"""Whether a manifest is current: whatever dbt would parse again is seen, however the file was changed."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from ribbon.config import ProjectPaths
from ribbon.project import changed_inputs, compiled_artifacts, loading, read_project, report_changes
from ribbon.project.inputs import RECORD, read_inputs, record_inputs
from tests.conftest import write_files
from tests.manifests import macro, model, write_manifest

FILES = {
    "dbt_project.yml": (
        "name: shop\nprofile: shop\nmodel-paths: [models, contracts]\ndocs-paths: [docs]\nvars: {days: 3}\n"
    ),
    "profiles.yml": "shop: {outputs: {dev: {type: duckdb, path: \"{{ env_var('SHOP_FILE', 'a') }}\"}}, target: dev}\n",
    "packages.yml": "packages: []\n",
    "models/orders.sql": "select 1 as one\n",
    "models/gone.sql": "select 2 as two\n",
    "contracts/orders.yml": "models: [{name: orders}]\n",
    "macros/cents.sql": "{# {% macro old() %} #}\n{% macro cents() %}100{% endmacro %}\n",
    "docs/cents.md": "{% docs cents %}\nA hundredth.\n{% enddocs %}\n",
    "docs/notes.md": "No docs.\n",
    "seeds/kinds.csv": "code\na\n",
    "dbt_packages/tools/dbt_project.yml": "name: tools\n",
    "dbt_packages/tools/macros/key.sql": "{% macro key() %}1{% endmacro %}\n",
    "README.md": "No input of dbt's.\n",
}


def now() -> str:
    return datetime.now(UTC).isoformat()


def manifest_of(folder: Path, invocation: str) -> None:
    """The manifest that dbt writes of the files as they are, as far as it has their contents, and the results."""
    nodes = [
        model(path.stem, original_file_path=f"models/{path.name}", checksum=checksum_of(path))
        for path in sorted((folder / "models").glob("*.sql"))
    ]
    macros = [
        macro("cents", "{% macro cents() %}100{% endmacro %}") | {"original_file_path": "macros/cents.sql"},
        macro("key", "{% macro key() %}1{% endmacro %}", "tools") | {"original_file_path": "macros/key.sql"},
    ]
    target = write_manifest(folder / "target", nodes, macros=macros, generated_at=now(), invocation_id=invocation)
    manifest = json.loads((target / "manifest.json").read_text())
    docs = {"package_name": "shop", "original_file_path": "docs/cents.md", "block_contents": "A hundredth."}
    (target / "manifest.json").write_text(json.dumps(manifest | {"docs": {"doc.shop.cents": docs}}))
    results = {"metadata": {"invocation_id": invocation, "generated_at": now()}, "elapsed_time": 0.0, "results": []}
    (target / "run_results.json").write_text(json.dumps(results))


def checksum_of(path: Path) -> dict[str, str]:
    return {"name": "sha256", "checksum": sha256(path.read_bytes().strip()).hexdigest()}


def parsed_of(folder: Path) -> None:
    """The checksums of all files that dbt keeps for its next parse, not younger than the manifest."""
    files = {f"shop://{path.relative_to(folder)}": {"checksum": checksum_of(path)} for path in folder.glob("*/*.*")}
    projects = {"shop": folder, "tools": folder / "dbt_packages/tools"}
    hashes = {
        name: {"name": "sha256", "checksum": sha256((place / "dbt_project.yml").read_bytes()).hexdigest()}
        for name, place in projects.items()
    }
    file = folder / "target/partial_parse.msgpack"
    file.write_bytes(msgspec.msgpack.encode({"files": files, "state_check": {"project_hashes": hashes}}))
    os.utime(file, (1, 1))


def append(path: str) -> Callable[[Path], None]:
    return append_text(path, "-- more\n" if path.endswith(".sql") else "# more\n")


def append_text(path: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / path).open("a") as file:
            file.write(text)

    return change


def replace_in(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / path
        file.write_text(file.read_text().replace(old, new))

    return change


def delete(path: str) -> Callable[[Path], None]:
    return lambda folder: shutil.rmtree(folder / path)


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
    "macro": (replace_in("macros/cents.sql", "100", "1000"), {"macros/cents.sql"}),
    "another macro": (
        append_text("macros/cents.sql", "{% macro more() %}{% endmacro %}"),
        {"macros/cents.sql"},
    ),
    "deleted macros": (delete("macros"), {"macros/cents.sql"}),
    "docs": (replace_in("docs/cents.md", "hundredth", "100th"), {"docs/cents.md"}),
    "macro of a package": (
        replace_in("dbt_packages/tools/macros/key.sql", "1", "2"),
        {"dbt_packages/tools/macros/key.sql"},
    ),
    "packages": (append("packages.yml"), {"packages.yml"}),
    "vars": (replace_in("dbt_project.yml", "days: 3", "days: 4"), {"dbt_project.yml"}),
    "profile": (append("profiles.yml"), {"profiles.yml"}),
    "seed": (append("seeds/kinds.csv"), {"seeds/kinds.csv"}),
}


@pytest.fixture
def shop(tmp_path: Path) -> ProjectPaths:
    """A project with the manifest that plain dbt left, which Ribbon has not looked at."""
    folder = tmp_path / "shop"
    write_files(folder, FILES)
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))
    time.sleep(0.02)
    manifest_of(folder, "first")
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


def test_another_dbt_is_an_input_and_none_is_not(
    shop: ProjectPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIBBON_DBT", str(tmp_path / "one"))
    assert changed_inputs(shop, target(shop)) == ()

    monkeypatch.setenv("RIBBON_DBT", str(tmp_path / "two"))
    assert changed_inputs(shop, target(shop)) == ("dbt",)

    monkeypatch.delenv("RIBBON_DBT")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert changed_inputs(shop, target(shop)) == ()


def test_a_folder_that_was_deleted_is_seen_by_the_files_that_the_manifest_names(shop: ProjectPaths) -> None:
    nodes = [model("orders"), model("lost", folder="moved/away"), model("said", patch_path="shop://models/said.yml")]
    write_manifest(target(shop), nodes, generated_at=now(), invocation_id="second")

    assert changed_inputs(shop, target(shop)) == (
        "models/moved/away/lost.sql",
        "models/said.sql",
        "models/said.yml",
    )


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

    manifest_of(shop.project_dir, "second")

    assert changed_inputs(shop, target(shop)) == ()


def test_what_was_edited_while_dbt_ran_is_not_in_its_manifest(shop: ProjectPaths) -> None:
    append("contracts/orders.yml")(shop.project_dir)
    manifest_of(shop.project_dir, "second")
    results = {"metadata": {"invocation_id": "second"}, "elapsed_time": 30.0, "results": []}
    (target(shop) / "run_results.json").write_text(json.dumps(results))

    assert "contracts/orders.yml" in changed_inputs(shop, target(shop))


def test_dbt_2_writes_the_manifest_long_before_it_ends(shop: ProjectPaths) -> None:
    manifest_of(shop.project_dir, "second")
    ended = datetime.now(UTC) + timedelta(seconds=30)
    metadata = {"invocation_id": "second", "generated_at": ended.isoformat()}
    results = target(shop) / "run_results.json"
    results.write_text(json.dumps({"metadata": metadata, "elapsed_time": 29.0, "results": []}))
    os.utime(results, (ended.timestamp(), ended.timestamp()))

    assert changed_inputs(shop, target(shop)) == ()


def test_a_copy_of_a_project_with_its_artifacts_is_as_current_as_the_project(
    shop: ProjectPaths, tmp_path: Path
) -> None:
    copied = shutil.copytree(shop.project_dir, tmp_path / "copy")
    for path in copied.rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 100))

    assert changed_inputs(ProjectPaths(copied, copied / "data"), copied / "target") == ()


def rewrite(folder: Path) -> None:
    """As git does that checks out another branch and then this one again."""
    for path in folder.rglob("*.*"):
        if path.is_file() and path.parent.name != "target":
            path.write_bytes(path.read_bytes())


def change_modes(folder: Path) -> None:
    for path in folder.rglob("*.*"):
        path.chmod(0o600)


def touch_another(folder: Path) -> None:
    (folder / "models/.DS_Store").touch()


@pytest.mark.parametrize("change", [rewrite, change_modes, touch_another])
def test_what_leaves_contents_as_they_are_is_no_change(shop: ProjectPaths, change: Callable[[Path], None]) -> None:
    parsed_of(shop.project_dir)
    change(shop.project_dir)

    assert set(changed_inputs(shop, target(shop))) <= {"profiles.yml", "packages.yml"}, "of which dbt keeps nothing"


@pytest.mark.parametrize("change", [rewrite, change_modes, touch_another])
def test_without_dbts_parse_the_manifest_tells_what_is_not_yaml(
    shop: ProjectPaths, change: Callable[[Path], None]
) -> None:
    change(shop.project_dir)

    assert not {name for name in changed_inputs(shop, target(shop)) if not name.endswith("yml")} - {"seeds/kinds.csv"}


def test_dbts_parse_is_not_asked_where_it_is_of_other_files_than_the_manifest(shop: ProjectPaths) -> None:
    parsed_of(shop.project_dir)
    edit_at_the_same_time_and_size(shop.project_dir)
    manifest_of(shop.project_dir, "second")

    assert changed_inputs(shop, target(shop)) == ()


def test_a_copy_whose_files_are_all_new_is_as_current_as_the_project(shop: ProjectPaths, tmp_path: Path) -> None:
    results = target(shop) / "run_results.json"
    results.write_text(results.read_text().replace(str(datetime.now(UTC).year), "2020"))
    copied = shutil.copytree(shop.project_dir, tmp_path / "copy", copy_function=shutil.copyfile)
    copy = ProjectPaths(copied, copied / "data")
    assert changed_inputs(copy, target(copy)) == ()
    (target(copy) / RECORD).unlink()

    append("models/orders.sql")(copied)

    assert changed_inputs(copy, target(copy)) == ("models/orders.sql",)


def test_in_a_copy_with_its_dates_an_edit_with_an_old_date_is_seen(shop: ProjectPaths, tmp_path: Path) -> None:
    copied = shutil.copytree(shop.project_dir, tmp_path / "copy")
    time.sleep(0.1)  # a copy is made in more than a tick
    shutil.copytree(shop.project_dir, copied, dirs_exist_ok=True)
    edit_with_an_old_date(copied)

    assert changed_inputs(ProjectPaths(copied, copied / "data"), copied / "target") == ("models/orders.sql",)


def test_a_manifest_that_is_restored_into_a_checkout_is_compared_by_content(shop: ProjectPaths) -> None:
    rewrite(shop.project_dir)
    for name in ("manifest.json", "run_results.json"):
        os.utime(target(shop) / name, (1, 1))

    assert changed_inputs(shop, target(shop)) == ()
    (target(shop) / RECORD).unlink()
    edit_at_the_same_time_and_size(shop.project_dir)
    assert changed_inputs(shop, target(shop)) == ("models/orders.sql",)


@pytest.mark.parametrize(
    ("profile", "changed"),
    [
        ("{type: duckdb, schema: main}", ()),
        ("{type: duckdb}", ()),
        ("{type: duckdb, schema: other}", ("profiles.yml",)),
        ("{type: bigquery, dataset: main}", ("profiles.yml",)),
    ],
)
def test_another_profile_is_a_change_however_old_its_file_is(
    shop: ProjectPaths, monkeypatch: pytest.MonkeyPatch, profile: str, changed: tuple[str, ...]
) -> None:
    write_files(shop.project_dir, {"elsewhere/profiles.yml": f"shop: {{target: dev, outputs: {{dev: {profile}}}}}\n"})
    manifest_of(shop.project_dir, "second")
    monkeypatch.setenv("DBT_PROFILES_DIR", str(shop.project_dir / "elsewhere"))

    assert changed_inputs(shop, target(shop)) == changed


def test_a_manifest_that_cannot_be_read_is_not_current(shop: ProjectPaths) -> None:
    (target(shop) / "manifest.json").write_text("{")

    assert changed_inputs(shop, target(shop)) == ("target/manifest.json",)


LAYERS = "{days: 3, ribbon: {layers: {mart: models}}, shop: {ribbon: {evolve: {notice_days: 9}}, pace: 1}}"


def test_layers_are_read_anew_each_time_so_a_change_of_them_alone_is_none(shop: ProjectPaths) -> None:
    assert changed_inputs(shop, target(shop)) == ()
    replace_in("dbt_project.yml", "{days: 3}", "{days: 3, shop: {pace: 1}}")(shop.project_dir)
    (target(shop) / RECORD).unlink()
    record_inputs(target(shop), read_inputs(shop))

    replace_in("dbt_project.yml", "{days: 3, shop: {pace: 1}}", LAYERS)(shop.project_dir)
    assert changed_inputs(shop, target(shop)) == ()

    replace_in("dbt_project.yml", "pace: 1", "pace: 2")(shop.project_dir)
    assert report_changes(read_project(shop, target(shop))) == (
        "Changed since dbt compiled, and shown as before except for layers: dbt_project.yml. Run `dbt compile`."
    )


def test_layers_are_an_input_of_a_project_with_ribbons_macros_which_place_models_by_them(shop: ProjectPaths) -> None:
    write_files(shop.project_dir, {"macros/ribbon/VERSION.json": "{}"})
    record_inputs(target(shop), read_inputs(shop))

    replace_in("dbt_project.yml", "{days: 3}", LAYERS)(shop.project_dir)

    assert changed_inputs(shop, target(shop)) == ("dbt_project.yml",)


@pytest.mark.parametrize("checksum", ["a1b2", {"name": "none", "checksum": ""}, None], ids=["dbt 1", "dbt 2", "older"])
def test_a_manifest_with_unit_tests_is_current(shop: ProjectPaths, checksum: object) -> None:
    write_files(shop.project_dir, {"contracts/unit.yml": "unit_tests: []\n"})
    (target(shop) / RECORD).unlink(missing_ok=True)
    manifest = json.loads((target(shop) / "manifest.json").read_text())
    unit_test = {
        "resource_type": "unit_test",
        "package_name": "shop",
        "original_file_path": "contracts/unit.yml",
        "checksum": checksum,
    }
    (target(shop) / "manifest.json").write_text(json.dumps(manifest | {"unit_tests": {"unit_test.shop.a": unit_test}}))
    os.utime(target(shop) / "run_results.json")

    assert changed_inputs(shop, target(shop)) == ()


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
    write_manifest(target(shop), [model("orders"), model("gone")], generated_at=now(), invocation_id="second")
    assert (compiled_artifacts(shop), ran) == (target(shop), [])

    nodes = [model("orders"), model("gone", compiled=None)]
    write_manifest(target(shop), nodes, generated_at=now(), invocation_id="third")

    assert (compiled_artifacts(shop), ran) == (target(shop) / "docs", ["compile"])
