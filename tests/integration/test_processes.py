"""The dbt that Ribbon starts, and the fork server that starts both in tests: its forks are like interpreters."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Workshop, edit, write_files

pytestmark = pytest.mark.skipif("REAL_PROCESSES" in os.environ, reason="there is no server")


def test_a_fork_says_and_ends_as_an_interpreter_does(tmp_path: Path) -> None:
    home = Workshop(tmp_path, tmp_path / "data", tmp_path / "target")

    for words in (("ribbon", "status"), ("dbt", "ls")):
        fork, real = home.run(*words), home.run(*words, real=True)

        assert fork.exit_code == real.exit_code == 2
        assert lasting(fork.out) == lasting(real.out)
        assert fork.err == real.err


def lasting(out: str) -> list[str]:
    """What dbt prints, without the time of day."""
    return [line.split("  ")[-1] for line in out.splitlines()]


def test_nothing_of_one_fork_is_left_in_the_next(mini_built: Workshop) -> None:
    mini_built.variables["RIBBON_MEMORY_LIMIT"] = "much"
    refused = mini_built.ribbon("land")
    del mini_built.variables["RIBBON_MEMORY_LIMIT"]

    assert refused.exit_code != 0
    assert mini_built.ribbon("land").exit_code == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_client_reaches_its_fork(mini_built: Workshop, number: int) -> None:
    """A fork that is not ended holds the build file, so that another command cannot have it."""
    assert mini_built.forks is not None
    (mini_built.project / "models/warehouse/orders/slow.sql").write_text(
        "select count(*) as n from range(1000000) as a, range(1000000) as b"
    )
    client = subprocess.Popen(
        [mini_built.forks.dbt, "run", "--select", "slow"],
        cwd=mini_built.project,
        env=mini_built.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert client.stdout is not None
    assert any("START sql table model" in line for line in client.stdout)
    client.send_signal(number)
    client.communicate(timeout=60)

    assert client.returncode != 0
    assert mini_built.dbt("run", "--select", "dim_item").exit_code == 0


def test_ribbon_starts_the_dbt_that_it_is_told(mini_built: Workshop, tmp_path: Path) -> None:
    words = tmp_path / "words"
    program = tmp_path / "their dbt"
    program.write_text(f'#!/bin/sh\necho "$@" > {words}\nexit 2\n')
    program.chmod(0o755)
    mini_built.variables["RIBBON_DBT"] = str(program)

    ended = mini_built.ribbon("build", "--select", "dim_item")

    assert ended.exit_code == 2
    assert words.read_text().split()[:3] == ["--log-format", "json", "parse"], "another dbt parses the project itself"


def test_a_project_names_its_dbt(mini_built: Workshop) -> None:
    program = mini_built.project / "their/dbt"
    write_files(mini_built.project, {"their/dbt": '#!/bin/sh\necho "$@" > words\nexit 2\n'})
    program.chmod(0o755)
    edit(mini_built, "dbt_project.yml", "vars:\n", "vars:\n  ribbon: {dbt: their/dbt}\n")

    ended = mini_built.run("ribbon", "build", "--select", "dim_item", real=True)

    assert ended.exit_code == 2
    assert (mini_built.project / "words").read_text().startswith("--log-format json")
    edit(mini_built, "dbt_project.yml", "{dbt: their/dbt}", "{dbt: [dbt]}")
    wrong = mini_built.run("ribbon", "build", real=True)
    assert wrong.exit_code == 2
    assert "dbt_project.yml: vars: ribbon: dbt must be a program, got" in wrong.err


def test_a_dbt_that_cannot_be_started_is_named(mini_built: Workshop) -> None:
    mini_built.variables["RIBBON_DBT"] = "/nowhere/dbt"

    ended = mini_built.ribbon("build", "--select", "dim_item")

    assert ended.exit_code == 2
    assert "/nowhere/dbt: cannot be started: No such file or directory. For dbt 1: pip install" in ended.err
