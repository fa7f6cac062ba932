"""`ribbon doctor`: each finding says what is wrong, and its remedy."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from click.testing import CliRunner

from ribbon import __version__, versions
from ribbon.cli.main import main
from ribbon.config import ProjectPaths
from ribbon.dbt.profiles import build_file_of
from ribbon.doctor.described import Breach, Described, Ungated
from ribbon.doctor.gate import check_gate
from ribbon.doctor.layers import check_layers
from ribbon.doctor.package import check_package
from ribbon.doctor.publishing import check_publishing
from ribbon.doctor.section import Section
from ribbon.doctor.versions import check_versions
from ribbon.doctor.wrappers import check_wrappers
from ribbon.model import Severity
from ribbon.project import Project, read_project
from ribbon.scaffold import adopt
from ribbon.scaffold.wrappers import materializations
from tests.conftest import write_files
from tests.manifests import model, source, write_manifest

PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: a.duckdb}, memory: {type: duckdb}}}\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that took Ribbon in."""
    for name in ("DBT_TARGET", "DBT_PROFILES_DIR", "DBT_TARGET_PATH", "RIBBON_DBT"):
        monkeypatch.delenv(name, raising=False)
    write_files(tmp_path, {"dbt_project.yml": "name: shop\nprofile: shop\n", "profiles.yml": PROFILES})
    adopt(tmp_path, __version__)
    return tmp_path


def git(folder: Path, *words: str) -> None:
    subprocess.run([shutil.which("git") or "git", *words], cwd=folder, check=True, capture_output=True)


def said(section: Section) -> list[str]:
    """Each finding in a line: its mark, where, what, and the remedy."""
    marks = {Severity.ERROR: "✗", Severity.WARN: "!"}
    return [f"{marks[each.severity]} {each.where} {each.what}: {each.remedy}" for each in section.findings]


def read(shop: Path, *nodes: dict[str, object], target: str | None = None, **metadata: str) -> Project:
    paths = ProjectPaths.find(shop, target)
    paths = replace(paths, database=build_file_of(paths))
    return read_project(paths, write_manifest(paths.target_dir, nodes, **metadata))


# The package


def test_a_project_that_took_ribbon_in_has_nothing_to_say(shop: Path) -> None:
    for section in (check_package(shop, __version__), check_wrappers(shop, None)):
        assert said(section) == []
        assert not section.broken


def edit_package(shop: Path) -> None:
    (shop / "packages/ribbon/gate/gate.sql").write_text("mine")


def copy_installed(shop: Path) -> None:
    (shop / "dbt_packages/ribbon").unlink()
    shutil.copytree(shop / "packages/ribbon", shop / "dbt_packages/ribbon")
    (shop / "dbt_packages/ribbon/gate/gate.sql").write_text("older")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda shop: (shop / "packages.yml").unlink(),
            "✗ packages.yml does not list Ribbon's package: run `ribbon init --existing`",
        ),
        (
            lambda shop: shutil.rmtree(shop / "packages"),
            "✗ packages/ribbon is missing, or not as Ribbon wrote it: run `ribbon init --existing`",
        ),
        (
            lambda shop: (shop / "dbt_packages/ribbon").unlink(),
            "✗ dbt_packages/ribbon is missing: run `dbt deps`",
        ),
        (
            edit_package,
            "! packages/ribbon edited by hand: gate/gate.sql: put what you changed into macros `default__<macro>` of"
            " your own, then run `ribbon init --upgrade --force`",
        ),
        (copy_installed, "! dbt_packages/ribbon differs from packages/ribbon: run `dbt deps`"),
    ],
    ids=["not listed", "no folder", "not installed", "edited", "another copy"],
)
def test_what_is_wrong_with_the_package_has_a_remedy(
    shop: Path, change: Callable[[Path], object], expected: str
) -> None:
    change(shop)

    section = check_package(shop, __version__)

    assert expected in said(section)
    assert section.broken == expected.startswith("✗")


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("9.0.0", f"! packages/ribbon is of Ribbon {__version__}: run `ribbon init --upgrade`"),
        ("0.1.0", f"! packages/ribbon is of Ribbon {__version__}: pip install --upgrade 'dbt-ribbon>={__version__}'"),
    ],
)
def test_a_package_of_another_version_is_named(shop: Path, version: str, expected: str) -> None:
    assert said(check_package(shop, version)) == [expected]


def test_a_package_from_git_is_compared_by_its_version(shop: Path) -> None:
    entry = "{git: 'https://example.com/ribbon.git', subdirectory: macros/ribbon, revision: v0}"
    write_files(shop, {"packages.yml": f"packages: [{entry}]\n"})
    shutil.rmtree(shop / "packages")
    (shop / "dbt_packages/ribbon").unlink()
    write_files(shop, {"dbt_packages/ribbon/dbt_project.yml": 'name: ribbon\nversion: "0.1.0"\n'})

    section = check_package(shop, "0.2.0")

    assert said(section) == ["! the package is of Ribbon 0.1.0: take the revision of 0.2.0, then run `dbt deps`"]


def test_a_package_that_git_ignores_is_warned_of(shop: Path) -> None:
    git(shop, "init", "--quiet")
    write_files(shop, {".gitignore": "target/\npackages/\nribbon.sql\n"})

    package, wrappers = check_package(shop, __version__), check_wrappers(shop, None)

    assert said(package) == [
        "! packages/ribbon git ignores it, by .gitignore:2: packages/: narrow that rule, or run"
        " `git add --force packages/ribbon`"
    ]
    assert said(wrappers) == [
        "! macros/ribbon.sql git ignores it, by .gitignore:3: ribbon.sql: narrow that rule, or run"
        " `git add --force macros/ribbon.sql`"
    ]
    git(shop, "add", "--force", "packages/ribbon", "macros/ribbon.sql")
    assert said(check_package(shop, __version__)) == said(check_wrappers(shop, None)) == []


# Wrappers and hooks


def test_missing_wrappers_leave_every_model_without_a_gate(shop: Path) -> None:
    (shop / "macros/ribbon.sql").unlink()

    section = check_wrappers(shop, None)

    assert said(section) == ["✗ macros/ribbon.sql is missing: run `ribbon init --existing`"]
    assert section.broken


def test_wrappers_of_another_version_and_edited_ones_are_told_apart(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr("ribbon.scaffold.wrappers.HEAD", "{#- Newer. -#}\n")
        assert said(check_wrappers(shop, None)) == [
            "! macros/ribbon.sql is not what the installed Ribbon writes: run `ribbon init --upgrade`"
        ]
    (shop / "macros/ribbon.sql").write_text("{#- mine -#}\n" + (shop / "macros/ribbon.sql").read_text())

    assert said(check_wrappers(shop, None)) == [
        "! macros/ribbon.sql was edited by hand: keep it; for Ribbon's own, delete it and run `ribbon init --upgrade`"
    ]


def test_a_materialization_of_the_projects_own_is_named_with_what_it_builds(shop: Path) -> None:
    view = "{% materialization view, default %}{% endmaterialization %}\n"
    write_files(
        shop, {"macros/view.sql": view, "macros/ribbon.sql": materializations({"materialization_view_default"})}
    )
    project = read(shop, model("a", materialized="view"), model("b"), hook())

    section = check_wrappers(shop, project)

    assert [each for each in said(section) if "macros/view.sql" in each] == [
        "! macros/view.sql is the project's own materialization view: delete it and run `ribbon init --upgrade`, or"
        " hand over to `ribbon.materialization_view_<adapter>()` in it"
    ]
    assert "what it builds (1 model) has no gate" in section.findings[-1].why
    assert section.document["own_materializations"] == {"view": "macros/view.sql"}


def test_a_materialization_that_came_after_the_wrappers_stops_dbt(shop: Path) -> None:
    view = "{% materialization view, adapter='duckdb' %}{% endmaterialization %}\n"
    write_files(shop, {"macros/view.sql": view})

    section = check_wrappers(shop, None)

    assert section.broken
    assert (
        "✗ macros/view.sql defines the materialization view: run `ribbon init --upgrade`, which leaves yours alone"
        in (said(section))
    )


def hook() -> dict[str, object]:
    name = "ribbon-on-run-start-0"
    return model(name, package="ribbon") | {"unique_id": f"operation.ribbon.{name}", "resource_type": "operation"}


def test_hooks_that_run_twice_are_named(shop: Path) -> None:
    hooks = "on-run-start: ['{{ ribbon.check_layers() }}', '{{ record_run_start() }}']\n"
    write_files(shop, {"dbt_project.yml": f"name: shop\nprofile: shop\n{hooks}on-run-end: '{{{{ mine() }}}}'\n"})

    section = check_wrappers(shop, read(shop, hook()))

    assert said(section) == ["! dbt_project.yml calls record_run_start: delete it from on-run-start and on-run-end"]
    assert section.document["rules"] == ["check_layers"]
    assert (
        said(check_wrappers(shop, read(shop)))[-1] == "✗ packages/ribbon brings no hooks: run `ribbon init --upgrade`"
    )


# The gate and the layers


def ungated(name: str, reason: str) -> Ungated:
    return Ungated(f"test.shop.{name}.1", name, "model.shop.orders", reason)


def test_what_is_not_gated_is_grouped_by_the_reason(shop: Path) -> None:
    later = [ungated(f"t{number}", "it reads a relation that may be built later") for number in range(8)]
    described = Described(5, 1, (*later, ungated("s", "singular tests are not gated")), ("table",), ())

    section = check_gate(read(shop), described)

    assert section.facts == [
        "5 of 14 tests run before readers see the table",
        "dbt runs the others after the build, and `ribbon publish` waits for them",
        "1 more test of sources, which no model replaces",
        "not gated, 8: it reads a relation that may be built later",
        "    t0, t1, t2, t3, t4 and 3 more",
        "not gated, 1: singular tests are not gated",
        "    s",
        "    Remedy: write it as `ribbon.unexpected_rows_expectation` in the contract of the model.",
    ]
    assert [group["count"] for group in section.document["ungated"]] == [8, 1]
    assert [test["test"] for test in section.document["ungated"][0]["tests"]] == [each.test for each in later]
    assert not section.broken


def test_an_adapter_without_a_gate_is_an_error(shop: Path) -> None:
    section = check_gate(read(shop, adapter_type="postgres"), Described(0, 0, (), (), ()))

    assert section.broken
    assert "the gate is in no materialization on postgres" in said(section)[0]


def test_layers_are_counted_by_the_rule_that_says_so(shop: Path) -> None:
    patterns = "vars: {ribbon: {layers: {mart: ['reporting/<use_case>', nothing/here]}}}\n"
    write_files(shop, {"dbt_project.yml": f"name: shop\nprofile: shop\n{patterns}"})
    project = read(
        shop,
        model("daily", folder="reporting/sales"),
        model("orders", folder="marts/sales"),
        model("stg_orders", folder="staging"),
        model("other"),
        source("shop", "orders"),
    )
    breach = Breach("other", None, "models/other.sql", "it is in no layer", "move it", fails=True)

    section = check_layers(project, Described(0, 0, (), (), (breach,)), rule_is_on=False)

    assert section.facts == [
        "lake          1  every source",
        "mart          1  **/marts/<use_case>, a common layout",
        "mart          1  reporting/<use_case>, of vars: ribbon: layers",
        "warehouse     1  **/staging, a common layout",
        "warehouse     1  no folder says it: who reads it decides",
        "With Ribbon's rule of schemas, which is off, 4 of 4 relations would move: 2 to mart_sales, 2 to warehouse.",
        "The layer rule, which is off, finds 1:",
        "    1: it is in no layer: other",
        "    Remedy: move it.",
    ]
    assert said(section) == []
    assert "`nothing/here` matches no relation" in section.notes[0]


# Publishing


def test_where_marts_go_is_said(shop: Path) -> None:
    section = check_publishing(read(shop, model("daily", folder="marts/sales", database="a")), "dev")

    assert section.facts == [f"target dev: 1 mart to {shop / 'data/marts.duckdb'}"]
    assert said(section) == []


def test_a_target_that_publishes_nothing_says_why(shop: Path) -> None:
    with (shop / "dbt_project.yml").open("a") as file:
        file.write("vars: {production_targets: [prod, live]}\n")

    section = check_publishing(read(shop, model("daily", folder="marts/sales", database="a")), "dev")

    assert section.facts[0].startswith("nothing is published: target dev: it is none of the production targets")
    assert section.facts[1] == "production targets: prod, live"


def test_marts_in_attached_databases_cannot_be_published(shop: Path) -> None:
    marts = [model(name, folder="marts/sales", database=database) for name, database in (("x", "A"), ("y", "other"))]

    section = check_publishing(read(shop, *marts), "dev")

    assert section.facts == [f"target dev: 1 mart to {shop / 'data/marts.duckdb'}"]
    assert said(section) == [
        "! database other has 1 mart that cannot be published: main.y: leave out their `database` setting, or let"
        " readers query that database"
    ]


def test_a_database_in_memory_is_said_plainly(shop: Path) -> None:
    project = read(shop, model("daily", folder="marts/sales", database="memory"), target="memory")

    section = check_publishing(project, "memory")

    assert section.facts == ["nothing is published: target memory is a DuckDB in memory"]
    assert said(section) == ["! target memory is a DuckDB in memory: give the target a `path` in profiles.yml"]


def test_a_project_without_marts_is_told_where_to_put_them(shop: Path) -> None:
    assert said(check_publishing(read(shop, model("a", folder="staging"), model("b", folder="warehouse")), "dev")) == [
        "! vars: ribbon: layers no model is a mart: put marts into models/marts/<use_case>/, or name yours under"
        " `layers` in dbt_project.yml"
    ]


def test_a_data_folder_that_git_would_commit_is_warned_of(shop: Path) -> None:
    project = read(shop, model("daily", folder="marts/sales", database="a"))
    (shop / "data").mkdir()
    assert said(check_publishing(project, "dev")) == []
    git(shop, "init", "--quiet")

    assert said(check_publishing(project, "dev")) == [
        "! data git does not ignore it: add `/data/` to .gitignore, or name another folder with RIBBON_DATA"
    ]
    write_files(shop, {".gitignore": "/data/\n"})
    assert said(check_publishing(project, "dev")) == []


# Versions


def test_another_dbt_on_the_path_is_named(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(shop, {"bin/dbt": "#!/bin/sh\n"})
    (shop / "bin/dbt").chmod(0o755)
    monkeypatch.setenv("PATH", str(shop / "bin"))

    facts = check_versions("0.2.0", ProjectPaths(shop, shop), None).facts

    assert f"a terminal starts {shop / 'bin/dbt'}, another dbt, whose version is not checked here" in facts


def test_a_dbt_that_is_named_and_on_the_path_is_no_other(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(shop, {"bin/dbt": "#!/bin/sh\n"})
    (shop / "bin/dbt").chmod(0o755)
    monkeypatch.setenv("PATH", str(shop / "bin"))
    monkeypatch.setenv("RIBBON_DBT", str(shop / "bin/dbt"))

    section = check_versions("0.2.0", ProjectPaths(shop, shop), None)

    assert section.facts[-1] == f"ribbon starts {shop / 'bin/dbt'}"
    assert section.document["dbt_on_path"] is None


def test_where_no_dbt_1_is_installed_the_dbt_that_parsed_is_named(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "version", lambda name: {"duckdb": "1.5.5"}.get(name) or not_installed(name))

    section = check_versions("0.2.0", ProjectPaths(shop, shop), read(shop, dbt_version="2.0.0"))

    assert "the project was parsed by dbt 2.0.0" in section.facts
    assert said(section)[0].startswith("! dbt-core 2.0.0 parsed the project")


def not_installed(name: str) -> str:
    raise PackageNotFoundError(name)


def test_the_dbt_that_parsed_the_project_is_held_against_the_bounds(shop: Path) -> None:
    assert said(check_versions("0.2.0", ProjectPaths(shop, shop), read(shop))) == []

    tried = check_versions("0.2.0", ProjectPaths(shop, shop), read(shop, dbt_version="2.0.0-alpha.4"))
    assert "the project was parsed by dbt 2.0.0-alpha.4" in tried.facts
    assert said(tried) == []
    section = check_versions("0.2.0", ProjectPaths(shop, shop), read(shop, dbt_version="2.0.0"))

    assert "the project was parsed by dbt 2.0.0" in section.facts
    assert said(section)[0].startswith("! dbt-core 2.0.0 parsed the project (")
    assert "pip install 'dbt-core>=" in said(section)[0]
    assert section.findings[0].why.endswith("and with 2.0.0-alpha.4 and 2.0.0-preview.196")
    assert section.document["parsed_by"] == "2.0.0"


# The command


def test_what_keeps_the_gate_from_working_ends_with_1_and_dbt_is_not_run(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / "macros/ribbon.sql").unlink()
    monkeypatch.setenv("RIBBON_DBT", "no-such-dbt")

    ended = CliRunner().invoke(main, ["doctor", "--project-dir", str(shop)])

    assert ended.exit_code == 1, ended.output
    assert "✗ macros/ribbon.sql: is missing" in ended.output
    assert "Remedy: run `ribbon init --existing`." in ended.output
    assert "The gate does not work" in ended.output
    assert "cannot be started" not in ended.output


def test_each_thing_that_dbt_2_refuses_is_a_finding_with_its_place(
    shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_files(shop, {"models/a.yml": ""})
    refusals = [
        f"[error] [UnusedConfigKey (dbt1060)]: no {n}\n  --> models/a.yml:{n}:5\n  0: <unknown>" for n in range(30)
    ]
    events = [json.dumps({"info": {"name": "", "level": "error", "msg": text}, "data": {}}) for text in refusals]
    write_files(tmp_path, {"bin/dbt": "#!/bin/sh\ncat <<'END'\n" + "\n".join(events) + "\nEND\nexit 1\n"})
    (tmp_path / "bin/dbt").chmod(0o755)
    monkeypatch.setenv("RIBBON_DBT", str(tmp_path / "bin/dbt"))

    document = json.loads(CliRunner().invoke(main, ["doctor", "--project-dir", str(shop), "--json"]).stdout)

    assert [each["why"] for each in document["findings"]][:2] == ["models/a.yml:0: no 0", "models/a.yml:1: no 1"]
    assert len(document["findings"]) == 20
    assert len(document["dbt"]["refused"]) == 30


def test_a_project_that_dbt_cannot_parse_ends_with_1(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIBBON_DBT", "no-such-dbt")

    ended = CliRunner().invoke(main, ["doctor", "--project-dir", str(shop), "--json"])

    assert ended.exit_code == 1, ended.output
    (finding,) = json.loads(ended.stdout)["findings"]
    assert finding["what"] == "dbt cannot run this project"
    assert "no-such-dbt: cannot be started" in finding["why"]
