"""The lock of a data folder, and the folder that it makes."""

import shutil
import subprocess
from pathlib import Path

from ribbon.lock import hold


def test_git_offers_nothing_of_a_folder_that_a_command_made(tmp_path: Path) -> None:
    git = shutil.which("git") or "git"
    subprocess.run([git, "init", "--quiet"], cwd=tmp_path, check=True)

    with hold(tmp_path / "data", "ribbon land"):
        (tmp_path / "data/marts.duckdb").touch()

    status = subprocess.run([git, "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True)
    assert status.stdout == b""


def test_a_folder_of_the_projects_own_stays_as_it_is(tmp_path: Path) -> None:
    with hold(tmp_path, "ribbon land"):
        pass

    assert [path.name for path in tmp_path.iterdir()] == [".lock"]
