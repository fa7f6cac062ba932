"""A signal ends the whole tree of processes first, and the lock after it: nobody writes into a folder that is free."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Workshop, write_files

SLOW = "select count(*) as n from range(3000000000) as t (i) where hash(i) % 7 = 1\n"


@pytest.fixture
def slow(mini_built: Workshop) -> Workshop:
    write_files(mini_built.project, {"models/warehouse/slow.sql": SLOW})
    return mini_built


def build_slowly(slow: Workshop) -> subprocess.Popen[str]:
    """A build that is in the middle of a query."""
    building = subprocess.Popen(
        ["/usr/bin/env", "--default-signal=HUP", sys.executable, "-m", "ribbon", "build", "--select", "slow"],
        cwd=slow.project,
        env={**slow.environment, "RIBBON_DBT": str(Path(sys.executable).with_name("dbt"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for _ in range(600):
        if any(has_open(dbt, slow.data / "build.duckdb") for dbt in dbts_of(slow)):
            time.sleep(1)  # into the query
            return building
        time.sleep(0.1)
    raise AssertionError(building.communicate())


def dbts_of(slow: Workshop) -> list[int]:
    """The processes of dbt that work in this project."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            here = (folder / "cwd").resolve() == slow.project.resolve()
        except OSError:
            continue
        if here and b"--log-format" in words:
            found.append(int(folder.name))
    return found


def has_open(process: int, file: Path) -> bool:
    try:
        return any(each.resolve() == file.resolve() for each in Path(f"/proc/{process}/fd").iterdir())
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_command_ends_dbt_before_the_lock_is_free(slow: Workshop, number: signal.Signals) -> None:
    building = build_slowly(slow)

    building.send_signal(number)
    _, err = building.communicate(timeout=30)

    assert building.returncode == 128 + number
    assert f"Ended by {number.name}; partial work was rolled back." in err
    assert dbts_of(slow) == []
    duckdb.connect(str(slow.data / "build.duckdb"), read_only=True).close()
    assert slow.ribbon("status").exit_code == 1  # the run that was interrupted is not well


def test_after_a_kill_the_lock_is_held_until_dbt_is_gone(slow: Workshop) -> None:
    building = build_slowly(slow)
    building.kill()
    building.wait()
    (dbt,) = dbts_of(slow)

    busy = slow.ribbon("land")

    assert busy.exit_code == 3
    assert "is running here" in busy.err
    os.kill(dbt, signal.SIGKILL)
    for _ in range(100):
        if not dbts_of(slow):
            break
        time.sleep(0.1)
    assert slow.ribbon("land").exit_code == 0
