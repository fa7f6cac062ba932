"""What git knows of a project: the age of its files, what is uncommitted, and a commit as a folder."""

import io
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from ribbon.errors import ConfigError

__all__ = [
    "GitHistory",
    "Tree",
    "commit_tree",
    "ignored",
    "is_in_repository",
    "tracked",
    "uncommitted",
    "working_tree",
]

WORKING_TREE = "the working tree"

# How git's index marks a symbolic link.
LINK = "120000"

# Starts a line of `git log` with a time; no path contains it.
TIME = "\x01"


class GitHistory:
    """The history of a folder, empty where it is in no repository. Paths are relative to the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._commits: dict[date, str] = {}
        self._texts: dict[tuple[str, date], str] = {}

    def added(self) -> dict[str, date]:
        """The day on which each file was last added under its present path, UTC."""
        log = self._git("log", "--no-renames", "--diff-filter=A", "--name-only", "--relative", f"--format={TIME}%ct")
        found: dict[str, date] = {}
        day = date.min
        for line in log.splitlines():
            if line.startswith(TIME):
                day = datetime.fromtimestamp(int(line[1:]), UTC).date()
            elif line:
                found.setdefault(line, day)
        return found

    def text_at(self, path: str, day: date) -> str:
        """A file as it was when a day began, UTC; empty where it did not exist."""
        if day not in self._commits:
            self._commits[day] = self._git("rev-list", "-1", f"--before={day.isoformat()}T00:00:00Z", "HEAD").strip()
        if (path, day) not in self._texts:
            commit = self._commits[day]
            self._texts[path, day] = self._git("show", f"{commit}:./{path}") if commit else ""
        return self._texts[path, day]

    def who(self) -> str:
        """The author that git would record; empty where none is configured."""
        return self._git("config", "user.name").strip() or self._git("config", "user.email").strip()

    def _git(self, *words: str) -> str:
        """Git's output; empty where git is missing or fails."""
        try:
            ended = _run(self._folder, *words)
        except OSError:
            return ""
        return ended.stdout.decode("utf-8", "replace") if ended.returncode == 0 else ""


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of a project in a folder. name: as people call this state."""

    folder: Path
    name: str


def commit_tree(project_dir: Path, commit: str, folder: Path) -> Tree:
    """The project at a commit, written into a folder. The repository is not changed.

    Raises ConfigError where there is no such commit, or no project in it.
    """
    found = _git(project_dir, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    if not found:
        raise ConfigError(f"{project_dir}: git knows no commit {commit!r}. `git log --oneline` lists commits.")
    archive = _git(project_dir, "archive", "--format=tar", found.decode().strip())
    folder.mkdir(parents=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(folder, filter=_written_now)  # noqa: S202 - the filter lets nothing leave the folder
    except tarfile.TarError as error:
        raise ConfigError(
            f"{commit}: its files cannot be extracted: {error}. Remove links that lead outside the project."
        ) from error
    if not (folder / "dbt_project.yml").is_file():
        raise ConfigError(f"{commit}: has no dbt_project.yml. Name a commit that contains the project.")
    return Tree(folder, commit)


def working_tree(project_dir: Path, folder: Path) -> Tree:
    """The project as it is in the working tree, without ignored files, copied into a folder."""
    for name in _listed(_git(project_dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard")):
        source, copy = project_dir / name, folder / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        elif source.is_symlink() and source.is_dir() and not project_dir.resolve().is_relative_to(source.resolve()):
            shutil.copytree(source, copy, symlinks=True)  # models in a linked folder belong to the project
    return Tree(folder, WORKING_TREE)


def uncommitted(project_dir: Path) -> tuple[str, ...]:
    """The files of the project with uncommitted changes, relative to the top of the repository.

    Raises ConfigError where there is no repository.
    """
    status = _git(project_dir, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    return tuple(line[3:] for line in _listed(status))


def tracked(project_dir: Path) -> frozenset[str]:
    """The files of the project that git tracks, relative to it, without links."""
    entries = (line.partition("\t") for line in _listed(_git(project_dir, "ls-files", "-z", "--stage")))
    return frozenset(path for about, _, path in entries if not about.startswith(LINK))


def is_in_repository(project_dir: Path) -> bool:
    """Whether git keeps the project; not where git is missing."""
    try:
        return _run(project_dir, "rev-parse", "--is-inside-work-tree").stdout.strip() == b"true"
    except OSError:
        return False


def ignored(project_dir: Path, paths: Sequence[str]) -> dict[str, str]:
    """Those of the paths that git ignores and does not track, each with the rule: `.gitignore:3: packages/`."""
    try:
        said = _run(project_dir, "check-ignore", "--verbose", "--", *paths).stdout.decode("utf-8", "replace")
    except OSError:
        return {}
    found = {}
    for line in said.splitlines():
        where, _, path = line.rpartition("\t")
        file, number, rule = where.split(":", 2)
        if not rule.startswith("!"):
            found[path] = f"{file}:{number}: {rule}"
    return found


def _listed(output: bytes) -> list[str]:
    """The names in git's output with `-z`, which need not be UTF-8."""
    return [os.fsdecode(each) for each in output.split(b"\0") if each]


def _written_now(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Git gives every file the time of the commit, and dbt skips files whose time has not changed."""
    checked = tarfile.data_filter(member, folder)
    return checked and checked.replace(mtime=time.time(), deep=False)


def _git(project_dir: Path, *arguments: str) -> bytes:
    """Git's output. Raises ConfigError where git is missing or reports an error."""
    try:
        ended = _run(project_dir, *arguments)
    except FileNotFoundError:
        raise ConfigError("git is not installed, and a proof compares two states from git. Install it.") from None
    if ended.returncode and ended.stderr:
        reason = ended.stderr.decode(errors="replace").strip().splitlines()[0]
        raise ConfigError(f"{project_dir}: git {arguments[0]}: {reason}. A proof compares states of a git repository.")
    return ended.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603 - a list
