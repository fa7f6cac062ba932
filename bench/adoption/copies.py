"""Copies of a dbt project, each of which builds into a DuckDB file of its own."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from ribbon.dbt.profiles import DuckdbProfile
from ribbon.settings import package_file, read_settings

__all__ = ["Copy", "copy_project", "with_absolute_folders"]

# What dbt and others write into a project, and what no build reads.
LEFT_OUT = frozenset({".git", ".venv", "venv", "env", "target", "logs"})
PACKAGE_LISTS = ("packages.yml", "dependencies.yml")
RELATIVE_FOLDER = re.compile(r"""(?m)^(\s*(?:-\s*)?local:\s*)(["']?)([^"'#\s]+)\2""")


@dataclass(frozen=True)
class Copy:
    """A copied project. file: the DuckDB file that it builds into. profiles: the folder of its profiles.yml."""

    folder: Path
    file: Path
    profiles: Path

    @property
    def target(self) -> Path:
        """Where dbt writes its artifacts."""
        return self.folder / "target"

    @property
    def lacks_packages(self) -> bool:
        """Whether it lists packages, and has none installed."""
        return bool(package_file(self.folder)[1]) and not read_settings(self.folder).packages_dir.is_dir()

    @property
    def environment(self) -> dict[str, str]:
        """What makes dbt build the copy and nothing else."""
        return {
            "DBT_PROFILES_DIR": str(self.profiles),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }


def copy_project(project: Path, profile: DuckdbProfile, place: Path) -> Copy:
    """Copy a project into `place`, with the DuckDB file if there is one: sources may lie in it.

    The file keeps its name, which SQL uses as the name of the database. Packages that dbt has installed come along;
    folders that `local:` names stay where they are.
    """
    copy = Copy(place / project.name, place / "database" / profile.file.name, place / "profiles")
    shutil.copytree(project, copy.folder, symlinks=True, ignore=_left_out(project, profile.file))
    copy.file.parent.mkdir()
    if profile.file.is_file():
        shutil.copy(profile.file, copy.file)
    for name in PACKAGE_LISTS:
        listing = copy.folder / name
        if listing.is_file():
            listing.write_text(with_absolute_folders(listing.read_text(), project))
    _write_profile(profile, copy)
    return copy


def with_absolute_folders(packages: str, project: Path) -> str:
    """A list of packages in which `local:` names folders by absolute paths."""

    def absolute(found: re.Match[str]) -> str:
        return f"{found[1]}{found[2]}{(project / found[3]).resolve()}{found[2]}"

    return RELATIVE_FOLDER.sub(absolute, packages)


def _left_out(project: Path, file: Path) -> Callable[[str, list[str]], set[str]]:
    def left_out(folder: str, names: list[str]) -> set[str]:
        here = Path(folder)
        built = {name for name in names if name in {file.name, f"{file.name}.wal"} and here == file.parent}
        return built | (LEFT_OUT.intersection(names) if here == project else set())

    return left_out


def _write_profile(profile: DuckdbProfile, copy: Copy) -> None:
    output = {**profile.output, "path": str(copy.file)}
    document = {profile.name: {"target": profile.target, "outputs": {profile.target: output}}}
    copy.profiles.mkdir()
    (copy.profiles / "profiles.yml").write_text(yaml.safe_dump(document, sort_keys=False))
