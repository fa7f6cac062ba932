"""Reading somebody's dbt_project.yml and package files, and what Ribbon needs in them."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError
from ribbon.scaffold.yaml_lists import UnsafeEditError, with_items, without_items

__all__ = [
    "PLACE",
    "macro_paths",
    "package_file",
    "packages_dir",
    "read_project",
    "takes_package",
    "with_package",
    "without_old_hooks",
]

# Where the package lies in a project that takes it as a folder.
PLACE = "packages/ribbon"
ENTRY = f"local: {PLACE}"

# Hooks of projects that had Ribbon's macros as a copy. The package brings its own; rules stay, under their new names.
OLD_HOOKS = re.compile(r"^\{\{\s*(create_lake_views|record_run_start|record_run_end)\(.*\)\s*\}\}$")
OLD_RULES = re.compile(r"\{\{(\s*)(check_layers|check_gate)\(")


def read_project(path: Path) -> tuple[str, dict[str, Any]]:
    """The text of dbt_project.yml, line ends as they are, and what it says. Raises ConfigError where it is broken."""
    if not path.is_file():
        raise ConfigError(f"{path.parent}: there is no dbt_project.yml. Name the folder of a dbt project.")
    text = path.read_bytes().decode("utf-8")
    document = _parsed(text, path)
    if not isinstance(document, dict) or not document.get("name"):
        raise ConfigError(f"{path}: `name` is missing. Fix it first; `dbt parse` shows more.")
    return text, document


def macro_paths(document: Mapping[str, Any]) -> Sequence[str]:
    """The folders that dbt reads macros from."""
    return list(document.get("macro-paths") or ["macros"])


def packages_dir(document: Mapping[str, Any]) -> str:
    """The folder that `dbt deps` fills."""
    return str(document.get("packages-install-path") or "dbt_packages")


def package_file(project_dir: Path) -> tuple[Path, str]:
    """The file that lists the packages of a project, and its text: packages.yml unless dependencies.yml has them.

    dbt refuses packages in both.
    """
    packages, dependencies = (project_dir / name for name in ("packages.yml", "dependencies.yml"))
    for path in (packages, dependencies):
        if path.is_file():
            text = path.read_bytes().decode("utf-8")
            if path == packages or "packages" in (_parsed(text, path) or {}):
                return path, text
    return packages, ""


def takes_package(text: str, path: Path) -> bool:
    """Whether a package file lists Ribbon's package, wherever it comes from."""
    entries = (_parsed(text, path) or {}).get("packages") or []
    return any(re.search(r"\bribbon\b", str(value)) for entry in entries for value in dict(entry).values())


def with_package(text: str, path: Path) -> str:
    """The package file with Ribbon's package as a folder. Raises ConfigError, and says what to add, if it is unsafe."""
    try:
        return with_items(text, "packages", [ENTRY])
    except UnsafeEditError as error:
        raise ConfigError(
            f"{path}: the package cannot be added safely. Add `- {ENTRY}` under `packages` by hand, then run this"
            " again."
        ) from error


def without_old_hooks(text: str, path: Path) -> str:
    """dbt_project.yml of a project that had a copy of the macros, for the package. Raises ConfigError as above."""
    try:
        for key in ("on-run-start", "on-run-end"):
            text = without_items(text, key, lambda hook: bool(OLD_HOOKS.match(str(hook).strip())))
    except UnsafeEditError as error:
        raise ConfigError(
            f"{path}: hooks cannot be removed safely. Remove create_lake_views(), record_run_start() and"
            " record_run_end(results) by hand, then run this again."
        ) from error
    return OLD_RULES.sub(r"{{\1ribbon.\2(", text)


def _parsed(text: str, path: Path) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: invalid YAML: {' '.join(str(error).split())}. Fix it first.") from error
