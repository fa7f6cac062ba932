"""Projects of plain dbt, which know nothing of Ribbon."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import Workshop, write_files

__all__ = ["compile_project", "copy_of"]


def compile_project(folder: Path, files: Mapping[str, str]) -> None:
    """Make a project of these files in a folder, compiled by dbt."""
    write_files(folder, files)
    ended = _workshop(folder).dbt("compile", "--quiet")
    assert ended.exit_code == 0, ended.out


def copy_of(project: Path, folder: Path) -> Workshop:
    """A copy that a test may change."""
    shutil.copytree(project, folder)
    return _workshop(folder)


def _workshop(folder: Path) -> Workshop:
    return Workshop(folder, folder / "data", folder / "target")
