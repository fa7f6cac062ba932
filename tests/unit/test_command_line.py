"""The command line as a whole: it is documented, light to start, and says what it returns."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ribbon.cli.console import Console
from ribbon.cli.main import main
from ribbon.cli.reference import commands_of, render
from ribbon.config import ProjectPaths
from tests.conftest import REPOSITORY

COMMANDS = dict(commands_of(main))
# They only look at a dbt project, whether it has Ribbon or not: docs/handbook/existing_project.md.
LOOKING = ("docs", "evolve", "export", "impact", "lineage", "usage")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_the_shared_options(name: str) -> None:
    shown = CliRunner().invoke(main, [*name.split(), "--help"])

    assert shown.exit_code == 0
    assert COMMANDS[name].help
    for option in ("--project-dir", "--target", "--json"):
        assert option in shown.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"ribbon {name} {parameter.opts[0]}"


def test_the_handbook_page_is_what_the_code_says() -> None:
    page = (REPOSITORY / "docs/handbook/commands.md").read_text()

    assert page == render(main), "run `make reference`"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_handbook_page_says_of_each_option_what_click_knows_of_it(name: str) -> None:
    page = (REPOSITORY / "docs/handbook/commands.md").read_text()
    section = page.split(f"\n## ribbon {name}\n")[1].split("\n## ")[0]
    options = [option for option in COMMANDS[name].params if isinstance(option, click.Option) and not option.hidden]

    rows = [line for line in section.splitlines() if line.startswith("| `-")]
    usage = next(line for line in section.splitlines() if line.startswith("    ribbon"))

    assert len(rows) == len(options)
    for option, row in zip(options, rows, strict=True):
        assert row.startswith(f"| `{option.opts[-1]}") or f", {option.opts[-1]}" in row
        assert row.endswith(" [required] |") == option.required
        assert (option.opts[0] in usage) == option.required


def test_every_document_of_json_lists_warnings_even_if_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    quiet, loud = Console(as_json=True), Console(as_json=True)
    quiet.close()
    assert json.loads(capsys.readouterr().out) == {"warnings": []}

    loud.warn("It is late.")
    loud.close()
    assert json.loads(capsys.readouterr().out) == {"warnings": ["It is late."]}


HELP = "import sys; sys.argv = ['ribbon', '--help']; from ribbon.cli.main import main; main()"
HEAVY = ("dbt.", "great_expectations", "google.cloud.bigquery", "google.auth", "pandas", "sqlglot")


@pytest.mark.parametrize("program", ["import ribbon", HELP], ids=["import", "help"])
def test_starting_pulls_in_neither_dbt_nor_great_expectations_nor_google(program: str) -> None:
    listing = "import atexit, sys; atexit.register(lambda: print('LOADED', *sys.modules))\n" + program
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    loaded = done.stdout.split("LOADED")[1].split()

    assert "ribbon" in loaded
    assert [module for module in loaded if module.startswith(HEAVY)] == []


def test_a_command_that_does_not_exist_is_a_wrong_call() -> None:
    assert CliRunner().invoke(main, ["lnad"]).exit_code == 2


def call(name: str, folder: Path) -> str:
    """What a command prints that is called in a folder with all that it requires."""
    given = folder / "given"
    given.touch()
    required = [parameter for parameter in COMMANDS[name].params if parameter.required]
    options = [word for each in required if isinstance(each, click.Option) for word in (each.opts[0], str(given))]
    arguments = [str(given) for each in required if isinstance(each, click.Argument)]
    ended = CliRunner().invoke(main, [*name.split(), *arguments, *options, "--project-dir", str(folder)])
    assert ended.exit_code == 2, ended.output
    return ended.output


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"init"}))
def test_every_command_outside_a_project_says_that_it_is_none(name: str, tmp_path: Path) -> None:
    assert f"Error: {tmp_path}: there is no dbt_project.yml. Run ribbon in a dbt project" in call(name, tmp_path)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name.split()[0] not in (*LOOKING, "init", "remove")])
def test_what_needs_ribbon_in_a_project_says_how_to_get_it(name: str, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: foreign\nprofile: foreign\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/build.duckdb").touch()

    printed = call(name, tmp_path)

    assert f"Error: {tmp_path}: Ribbon is not in this project. Run `ribbon init --existing` first." in printed
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["build.duckdb"]


@pytest.mark.parametrize("name", ["docs", "export json", "lineage"])
def test_artifacts_can_be_looked_at_without_their_project(name: str, tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/manifest.json").write_text("{")

    assert "manifest.json: is corrupt or not a dbt manifest" in call(name, tmp_path)


def test_ribbon_is_found_in_whatever_folder_of_macros_it_is(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\nmacro-paths: [dbt/own]\n")
    assert not ProjectPaths.find(tmp_path, None).is_ours

    (tmp_path / "dbt/own/ribbon").mkdir(parents=True)
    (tmp_path / "dbt/own/ribbon/VERSION.json").touch()

    assert ProjectPaths.find(tmp_path, None).is_ours
