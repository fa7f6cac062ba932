"""Having the project as its files are now: dbt parses or compiles again where one of its inputs changed."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import read_artifacts, read_metadata
from ribbon.dbt.runner import DbtRun, Listener, run_dbt
from ribbon.project.contents import PARTIAL_PARSE, PROJECT_FILE
from ribbon.project.inputs import changed_inputs, read_inputs, record_inputs
from ribbon.project.project import Project, read_project

__all__ = [
    "compiled_artifacts",
    "latest_artifacts",
    "load_project",
    "report_changes",
    "run_operation",
    "run_with_record",
]

# Compiled on their own, artifacts must not pass for the last run that `dbt retry` looks at.
COMPILED = "docs"
PARSED = "ribbon"

# How many changed files a message names.
NAMED = 5


class _Arguments(msgspec.Struct, frozen=True):
    target: str | None = None


class _RunResults(msgspec.Struct, frozen=True):
    args: _Arguments = _Arguments()


def load_project(paths: ProjectPaths) -> Project:
    """The project as it is now; compiled SQL may be missing. Raises ConfigError where dbt cannot parse it."""
    current = next(_current(paths, (paths.target_dir, paths.target_dir / COMPILED)), None)
    folder = current or paths.target_dir / PARSED
    if current is None and (read_metadata(folder) is None or changed_inputs(paths, folder)):
        _run(paths, "parse", folder)
    return read_project(paths, folder)


def compiled_artifacts(paths: ProjectPaths) -> Path:
    """The folder of artifacts that have all compiled SQL of the project as it is now; dbt compiles where there is none.

    Raises ConfigError where the project cannot be compiled, BusyError where another process holds the database.
    """
    folders = (paths.target_dir, paths.target_dir / COMPILED)
    for folder in _current(paths, folders):
        if read_artifacts(folder).compiled:
            return folder
    _run(paths, "compile", folders[-1])
    return folders[-1]


def latest_artifacts(paths: ProjectPaths) -> Path:
    """The folder of artifacts to look at without running dbt: one that is current where there is one."""
    if not (paths.is_ours and read_metadata(paths.target_dir)):
        return paths.target_dir
    return next(_current(paths, (paths.target_dir, paths.target_dir / COMPILED)), paths.target_dir)


def report_changes(project: Project) -> str:
    """What changed since dbt wrote the artifacts, as a sentence for the user; empty where they are current."""
    changed = project.names_of_files(changed_inputs(project.paths, project.target_dir))
    more = f" and {len(changed) - NAMED:,} more" if len(changed) > NAMED else ""
    named = ", ".join(changed[:NAMED])
    but = " except for layers" if PROJECT_FILE in changed else ""
    return f"Changed since dbt compiled, and shown as before{but}: {named}{more}. Run `dbt compile`." if changed else ""


def run_with_record(
    paths: ProjectPaths, arguments: Sequence[str], listen: Listener | None = None, *, nodes_may_fail: bool = False
) -> DbtRun:
    """Run dbt as `run_dbt` does, into the project's own folder of artifacts, and record what it parsed.

    dbt starts from Ribbon's own parse where that is younger, so that nothing is parsed twice.
    """
    _take_younger(paths.target_dir / PARSED / PARTIAL_PARSE, paths.target_dir / PARTIAL_PARSE)
    inputs, before = read_inputs(paths), read_metadata(paths.target_dir)
    try:
        return run_dbt(paths, arguments, listen, nodes_may_fail=nodes_may_fail)
    finally:
        if read_metadata(paths.target_dir) != before:  # dbt came far enough to write a manifest
            record_inputs(paths.target_dir, inputs)


def run_operation(paths: ProjectPaths, macro: str, arguments: Mapping[str, Any] | None = None) -> DbtRun:
    """Run a macro of the package, beside Ribbon's own manifest: `dbt retry` reads the last run of the usual folder.

    dbt starts from what it parsed last, there or in the usual folder.
    """
    folder = paths.target_dir / PARSED
    _take_younger(paths.target_dir / PARTIAL_PARSE, folder / PARTIAL_PARSE)
    inputs = read_inputs(paths)
    words = ["run-operation", macro, "--target-path", str(folder)]
    invocation = run_dbt(paths, [*words, "--args", json.dumps(arguments)] if arguments else words)
    record_inputs(folder, inputs)
    return invocation


def _take_younger(parsed: Path, other: Path) -> None:
    """Copy what dbt parsed to a folder where it parsed earlier, or nothing."""
    if parsed.is_file() and (not other.is_file() or other.stat().st_mtime < parsed.stat().st_mtime):
        other.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(parsed, other)


def _current(paths: ProjectPaths, folders: tuple[Path, ...]) -> Iterator[Path]:
    """The folders whose artifacts are of the project's target and of its files as they are now, the youngest first."""
    found = [folder for folder in folders if read_metadata(folder) and _target_of(folder) == paths.target]
    found.sort(key=lambda folder: (folder / "manifest.json").stat().st_mtime, reverse=True)
    return (folder for folder in found if not changed_inputs(paths, folder))


def _target_of(folder: Path) -> str | None:
    """The target that was asked for when the artifacts were written; None for the profile's default."""
    try:
        return msgspec.json.decode((folder / "run_results.json").read_bytes(), type=_RunResults).args.target
    except (OSError, msgspec.DecodeError):
        return None


def _run(paths: ProjectPaths, command: str, folder: Path) -> None:
    inputs = read_inputs(paths)
    run_dbt(paths, [command, "--target-path", str(folder)])
    record_inputs(folder, inputs)
