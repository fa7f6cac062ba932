"""The dbt profile of a project, and a copy of it that builds into a scratch file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ribbon.config import ProjectPaths, dbt_variable, profiles_dir
from ribbon.dbt.rendered_settings import rendered_value
from ribbon.errors import ConfigError
from ribbon.settings import read_settings
from ribbon.yaml_file import read_yaml, shown

__all__ = [
    "DUCKDB",
    "DuckdbProfile",
    "build_file_of",
    "connection_of",
    "database_path",
    "duckdb_profile",
    "output_of",
    "profiles_file",
    "target_of",
]

DUCKDB = "duckdb"

# Where a DuckDB target without a path builds.
MEMORY = ":memory:"


@dataclass(frozen=True)
class DuckdbProfile:
    """A target that builds into a DuckDB file. output: as in the profile. file: absolute."""

    name: str
    target: str
    output: Mapping[str, Any]
    file: Path

    def write_for(self, file: Path, reading: Mapping[str, Path], search: Path, folder: Path) -> None:
        """Write a profiles.yml into `folder` that builds into `file` instead.

        reading: files to attach, by name. search: the folder for paths of files in SQL, after the project itself. All
        attached files are read-only.
        """
        attached = [{**_entry(each), "read_only": True} for each in self.output.get("attach") or ()]
        attached += [{"path": str(path), "alias": name, "read_only": True} for name, path in reading.items()]
        settings = dict(self.output.get("settings") or {})
        paths = [str(settings["file_search_path"])] if settings.get("file_search_path") else []
        settings["file_search_path"] = ",".join([*paths, str(search)])
        output = {**self.output, "path": str(file), "attach": attached, "settings": settings}
        document = {self.name: {"target": self.target, "outputs": {self.target: output}}}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "profiles.yml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def duckdb_profile(project: ProjectPaths) -> DuckdbProfile:
    """The target that dbt builds into.

    Raises ConfigError if the target does not exist or is not a DuckDB file.
    """
    path = profiles_file(project)
    name, profile, target = _profile(project, path)
    output = profile["outputs"].get(target)
    if not isinstance(output, dict):
        known = ", ".join(map(str, profile["outputs"]))
        raise ConfigError(f"{path}: profile {name}: there is no target {target!r}. It has: {known}.")
    for key, kind_of_value, what in (("attach", list, "a list"), ("settings", dict, "a mapping")):
        if output.get(key) and not isinstance(output[key], kind_of_value):
            raise ConfigError(f"{path}: target {target}: {key} must be {what}, got {shown(output[key])}.")
    kind = rendered_value(project, path, output.get("type"))
    file = rendered_value(project, path, output.get("path") or MEMORY)
    if kind != DUCKDB or ":" in file:
        what = f"{kind} at {file}" if kind == DUCKDB else kind
        raise ConfigError(
            f"{path}: target {target} is {what}, but a proof builds only in DuckDB files. Choose a target with a DuckDB"
            " file with --target."
        )
    return DuckdbProfile(name, target, output, (project.project_dir / file).resolve())


def database_path(project: ProjectPaths) -> str | None:
    """The `path` of a DuckDB target as the profile says it, `:memory:` without one; None if no such target is known."""
    path = profiles_file(project)
    try:
        _, profile, target = _profile(project, path)
        output = profile["outputs"].get(target)
        return rendered_value(project, path, output.get("path") or MEMORY) if isinstance(output, dict) else None
    except ConfigError:
        return None


def target_of(project: ProjectPaths) -> str | None:
    """The name of the target that dbt uses; None if there is no profile."""
    try:
        return _profile(project, profiles_file(project))[2]
    except ConfigError:
        return None


def connection_of(project: ProjectPaths) -> tuple[str, str] | None:
    """The kind of database that the target connects to, and its schema; None if no such target is known."""
    path = profiles_file(project)
    try:
        _, profile, target = _profile(project, path)
        output = profile["outputs"].get(target)
        if not isinstance(output, dict):
            return None
        schema = output.get("schema") or output.get("dataset") or ""
        return rendered_value(project, path, output.get("type") or ""), rendered_value(project, path, schema)
    except ConfigError:
        return None


def output_of(project: ProjectPaths) -> Mapping[str, Any]:
    """What the profile says of the target, as it is written; empty if no such target is known."""
    try:
        _, profile, target = _profile(project, profiles_file(project))
    except ConfigError:
        return {}
    output = profile["outputs"].get(target)
    return output if isinstance(output, dict) else {}


def _profile(project: ProjectPaths, path: Path) -> tuple[str, Mapping[str, Any], str]:
    """The name of the project's profile, the profile, and the name of its target."""
    settings = read_settings(project.project_dir)
    if not settings.document.get("profile"):
        raise ConfigError(f"{settings.path}: `profile` is missing. Name a profile of {path}.")
    name = rendered_value(project, settings.path, settings.document["profile"])
    profile = _read(path).get(name)
    if profile is None:
        raise ConfigError(f"{path}: there is no profile {name!r}. Add it, or name another in dbt_project.yml.")
    if not isinstance(profile, dict) or not isinstance(profile.get("outputs"), dict):
        raise ConfigError(f"{path}: profile {name}: must be a mapping with `target` and `outputs`.")
    target = (
        project.target or dbt_variable("TARGET") or rendered_value(project, path, profile.get("target") or "default")
    )
    return name, profile, target


def build_file_of(project: ProjectPaths) -> Path | None:
    """The DuckDB file that the project's target builds into; None for another database, or if it is unknown."""
    try:
        return duckdb_profile(project).file
    except ConfigError:
        return None


def profiles_file(project: ProjectPaths) -> Path:
    """The profiles.yml that dbt reads: in DBT_PROFILES_DIR, the project, or the home folder."""
    folder = profiles_dir()
    if folder:
        return folder / "profiles.yml"
    own = project.project_dir / "profiles.yml"
    return own if own.is_file() else Path.home() / ".dbt" / "profiles.yml"


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = read_yaml(path)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file. Add it, or set DBT_PROFILES_DIR to its folder.") from error
    if document is not None and not isinstance(document, dict):
        raise ConfigError(f"{path}: must be a mapping of profiles, `name: …`, got {shown(document)}.")
    return document or {}


def _entry(attached: object) -> dict[str, Any]:
    return attached if isinstance(attached, dict) else {"path": str(attached)}
