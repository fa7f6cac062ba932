"""Having artifacts that say what the project's files say."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ribbon.config import ProjectPaths
from ribbon.dbt.runner import run_dbt

__all__ = ["current_artifacts"]

# What is compiled here goes to a folder of its own: it must not pass for the last run that `dbt retry` looks at.
_OWN_FOLDER = "docs"

_MANIFEST = "manifest.json"
_PARTS_OF_A_PROJECT = ("models", "expectations", "macros", "seeds", "snapshots", "docs")
_KINDS = {".sql", ".yml", ".yaml", ".csv", ".py", ".md"}

# Of the docs, those that dbt does not read.
_PROSE = {"handbook", "decisions", "pictures"}


class _Arguments(msgspec.Struct, frozen=True):
    target: str | None = None


class _RunResults(msgspec.Struct, frozen=True):
    args: _Arguments = _Arguments()


def current_artifacts(project: ProjectPaths) -> Path:
    """The folder with the youngest artifacts of the project's target; dbt compiles where a file is younger than they.

    Raises ConfigError where the project cannot be compiled, BusyError where another process holds the database.
    """
    folders = (project.target_dir, project.target_dir / _OWN_FOLDER)
    found = [folder for folder in folders if _written_at(folder) and _target_of(folder) == project.target]
    newest = max(found, key=_written_at, default=None)
    if newest and _written_at(newest) >= max(_times(project.project_dir)):
        return newest
    run_dbt(project, ["compile", "--target-path", str(project.target_dir / _OWN_FOLDER)])
    return project.target_dir / _OWN_FOLDER


def _written_at(folder: Path) -> float:
    try:
        return (folder / _MANIFEST).stat().st_mtime
    except OSError:
        return 0.0


def _target_of(folder: Path) -> str | None:
    """The target that was asked for when the artifacts were written; None for the profile's default."""
    try:
        return msgspec.json.decode((folder / "run_results.json").read_bytes(), type=_RunResults).args.target
    except (OSError, msgspec.DecodeError):
        return None


def _times(project_dir: Path) -> Iterator[float]:
    """When the files that dbt reads were last written."""
    yield (project_dir / "dbt_project.yml").stat().st_mtime
    for part in _PARTS_OF_A_PROJECT:
        for folder, inside, names in os.walk(project_dir / part):
            inside[:] = [name for name in inside if name not in _PROSE]
            yield from ((Path(folder) / name).stat().st_mtime for name in names if Path(name).suffix in _KINDS)
