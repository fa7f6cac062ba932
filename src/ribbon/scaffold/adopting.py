"""Taking Ribbon into a dbt project that is there already, without touching its models."""

import os
from dataclasses import dataclass
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.clashes import without_clashes
from ribbon.scaffold.placing import replace_folder, staging, write_all
from ribbon.scaffold.project_file import read_project, with_hooks
from ribbon.scaffold.shipped import shipped_macros
from ribbon.scaffold.stamp import read_stamp, stamped

__all__ = ["SCHEMAS", "Adopted", "adopt", "home_of_macros"]

# It decides where models are written. A project that is there already keeps its own rule, or dbt's.
SCHEMAS = "layers/generate_schema_name.sql"


@dataclass(frozen=True)
class Adopted:
    """What became of the project.

    home: the folder of Ribbon's macros. macros: how many files came. hooks: whether dbt_project.yml changed.
    left_out: files whose macros the project has by the same name.
    """

    home: Path
    macros: int
    hooks: bool
    left_out: tuple[str, ...]


def adopt(project_dir: Path, version: str) -> Adopted:
    """Add Ribbon's macros and hooks where they are missing; a project that has them stays as it is.

    Raises ConfigError where there is no project, a macro of ours is taken, or dbt_project.yml cannot be added to.
    """
    path = project_dir / "dbt_project.yml"
    text, settings = read_project(path)
    home = home_of_macros(project_dir)
    there = read_stamp(home)
    if home.exists() and not there:
        raise ConfigError(f"{home}: is not Ribbon's. Rename this folder: Ribbon's macros go there.")
    shipped = {name: sql for name, sql in shipped_macros().items() if name != SCHEMAS}
    files, left_out = ({}, []) if there else without_clashes(shipped, project_dir, settings, home)
    changed = with_hooks(text, settings.document, path)
    with staging(project_dir) as stage:
        (stage / path.name).write_text(changed, encoding="utf-8", newline="")
        (stage / path.name).chmod(path.stat().st_mode)
        if files:
            write_all(stage / "ribbon", stamped(files, version, (SCHEMAS, *left_out)))
            replace_folder(stage / "ribbon", home)
        if changed != text:
            # After the macros: a hook must find its macro.
            os.replace(stage / path.name, path)  # noqa: PTH105 - one rename over what is there
    return Adopted(home, len(files), changed != text, tuple(left_out))


def home_of_macros(project_dir: Path) -> Path:
    """The folder that holds Ribbon's macros, or would: `ribbon` in the first folder of macros that has one."""
    _, settings = read_project(project_dir / "dbt_project.yml")
    folders = [project_dir / folder / "ribbon" for folder in settings.macro_paths]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
