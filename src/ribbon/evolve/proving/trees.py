"""Two states of a project as folders: a commit, and what lies in the working tree."""

import io
import os
import shutil
import subprocess
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from ribbon.errors import ConfigError

__all__ = ["WORKING_TREE", "Tree", "commit_tree", "tracked", "uncommitted", "working_tree"]

WORKING_TREE = "the working tree"

# How git's index says that a file is a symbolic link.
LINK = "120000"


@dataclass(frozen=True, slots=True)
class Tree:
    """A project's files. name: what people call it."""

    folder: Path
    name: str


def commit_tree(project_dir: Path, commit: str, folder: Path) -> Tree:
    """The project as a commit has it, written into a folder. Git's own folders are not touched.

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
            f"{commit}: its files cannot be laid out: {error}. Remove links that lead outside."
        ) from error
    if not (folder / "dbt_project.yml").is_file():
        raise ConfigError(f"{commit}: there is no dbt_project.yml in it. Name a commit that has the project.")
    return Tree(folder, commit)


def working_tree(project_dir: Path, folder: Path) -> Tree:
    """The project as it lies there, without what git ignores, copied into a folder."""
    for name in _listed(_git(project_dir, "ls-files", "-z", "--cached", "--others", "--exclude-standard")):
        source, copy = project_dir / name, folder / name
        if source.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        elif source.is_symlink() and source.is_dir() and not project_dir.resolve().is_relative_to(source.resolve()):
            shutil.copytree(source, copy, symlinks=True)  # its models are the project's, wherever they lie
    return Tree(folder, WORKING_TREE)


def uncommitted(project_dir: Path) -> tuple[str, ...]:
    """The files of the project that are not as git has them, relative to the top of the repository.

    Raises ConfigError where there is none.
    """
    said = _git(project_dir, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".")
    return tuple(line[3:] for line in _listed(said))


def tracked(project_dir: Path) -> frozenset[str]:
    """The files of the project that git knows, relative to it, without links."""
    entries = (line.partition("\t") for line in _listed(_git(project_dir, "ls-files", "-z", "--stage")))
    return frozenset(path for about, _, path in entries if not about.startswith(LINK))


def _listed(said: bytes) -> list[str]:
    """What git tells with `-z`; a name need not be UTF-8."""
    return [os.fsdecode(each) for each in said.split(b"\0") if each]


def _written_now(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Git gives every file the time of the commit, and dbt does not read a file again whose time is the same."""
    checked = tarfile.data_filter(member, folder)
    return checked and checked.replace(mtime=time.time(), deep=False)


def _git(project_dir: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - git, arguments as a list
            ["git", *arguments],  # noqa: S607 - the git that the user has
            cwd=project_dir,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise ConfigError("git is not installed, and a proof compares two states that git knows. Install it.") from None
    if done.returncode and done.stderr:
        told = done.stderr.decode(errors="replace").strip().splitlines()[0]
        raise ConfigError(f"{project_dir}: git {arguments[0]}: {told}. A proof compares states of a git repository.")
    return done.stdout
