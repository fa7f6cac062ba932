"""The command line as a whole: it is documented, light to start, and says what it returns."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ribbon.cli.main import main
from ribbon.cli.reference import commands_of, render
from tests.conftest import REPOSITORY

COMMANDS = dict(commands_of(main))


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
