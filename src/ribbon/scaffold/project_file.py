"""Reading somebody's dbt_project.yml, and what Ribbon writes into it and into the file of packages."""

import re
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.yaml_lists import UnsafeEditError, with_items, without_items
from ribbon.settings import Settings, parse_settings

__all__ = ["PLACE", "read_project", "with_package", "without_gone_hooks", "without_old_hooks"]

# Where the package lies in a project that takes it as a folder.
PLACE = "packages/ribbon"
ENTRY = f"local: {PLACE}"

# Hooks of projects that had Ribbon's macros as a copy. The package brings its own; rules stay, under their new names.
OLD_HOOKS = re.compile(r"^\{\{\s*(create_lake_views|record_run_start|record_run_end|check_gate)\(.*\)\s*\}\}$")
# Hooks of the package that are no more.
GONE_HOOKS = re.compile(r"^\{\{\s*ribbon\.check_gate\(.*\)\s*\}\}$")
# What they wrote above the hooks, where a project had none.
OLD_COMMENT = re.compile(r"(?:\r?\n)?^# Ribbon: views of the lake, and the history of runs\.\r?\n", re.MULTILINE)
OLD_RULES = re.compile(r"\{\{(\s*)check_layers\(")


def read_project(path: Path) -> tuple[str, Settings]:
    """The text of dbt_project.yml, line ends as they are, and what it says. Raises ConfigError where it is broken."""
    if not path.is_file():
        raise ConfigError(f"{path.parent}: there is no dbt_project.yml. Name the folder of a dbt project.")
    content = path.read_bytes()
    settings = parse_settings(content, path)
    if not settings.document.get("name"):
        raise ConfigError(f"{path}: `name` is missing. Fix it first; `dbt parse` shows more.")
    return content.decode("utf-8"), settings


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
    text = _without_hooks(text, path, OLD_HOOKS)
    return OLD_RULES.sub(r"{{\1ribbon.check_layers(", OLD_COMMENT.sub("", text))


def without_gone_hooks(text: str, path: Path) -> str:
    """dbt_project.yml of a project that has an earlier package, for this one. Raises ConfigError as above."""
    return _without_hooks(text, path, GONE_HOOKS)


def _without_hooks(text: str, path: Path, hooks: re.Pattern[str]) -> str:
    try:
        for key in ("on-run-start", "on-run-end"):
            text = without_items(text, key, lambda hook: bool(hooks.match(str(hook).strip())))
    except UnsafeEditError as error:
        raise ConfigError(
            f"{path}: hooks cannot be removed safely. Remove create_lake_views(), record_run_start(), check_gate() and"
            " record_run_end(results) by hand, as far as they are there, then run this again."
        ) from error
    return text
