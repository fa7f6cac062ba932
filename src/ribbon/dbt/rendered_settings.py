"""Values of dbt_project.yml and profiles.yml with their Jinja rendered."""

import os
from pathlib import Path

import jinja2
from jinja2.sandbox import SandboxedEnvironment

from ribbon.config import DATA_VARIABLE, ProjectPaths
from ribbon.errors import ConfigError
from ribbon.settings import read_settings
from ribbon.yaml_file import shown

__all__ = ["artifacts_dir_of", "rendered_value"]


def artifacts_dir_of(project: ProjectPaths) -> Path | None:
    """The folder that `target-path` in dbt_project.yml names; None without one, or where it cannot be read."""
    try:
        settings = read_settings(project.project_dir)
        named = settings.document.get("target-path")
        return project.project_dir / rendered_value(project, settings.path, named) if named else None
    except ConfigError:
        return None


def rendered_value(project: ProjectPaths, path: Path, text: object) -> str:
    """A value with its Jinja rendered. Only env_var() is available."""
    if isinstance(text, list | dict):
        raise ConfigError(f"{path}: must be one value, got {shown(text)}.")
    known = {**os.environ, DATA_VARIABLE: str(project.data_dir)}

    def env_var(name: str, default: str | None = None) -> str:
        value = known.get(name, default)
        if value is None:
            raise ConfigError(f"{path}: environment variable {name} is not set. Set it.")
        return value

    try:
        return SandboxedEnvironment(undefined=jinja2.StrictUndefined).from_string(str(text)).render(env_var=env_var)
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {text}: {error}. Only env_var() is supported here.") from error
