"""Newer macros for a project that has Ribbon's."""

from dataclasses import dataclass
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.adopting import SCHEMAS, home_of_macros
from ribbon.scaffold.clashes import without_clashes
from ribbon.scaffold.placing import replace_folder, staging, write_all
from ribbon.scaffold.project_file import read_project
from ribbon.scaffold.shipped import shipped_macros
from ribbon.scaffold.stamp import edited_files, read_stamp, stamped

__all__ = ["Upgraded", "upgrade"]


@dataclass(frozen=True)
class Upgraded:
    """Which version went, which came, how many files that changed, and whose edits were overwritten."""

    home: Path
    before: str
    after: str
    changed: int
    overwritten: tuple[str, ...]


def upgrade(project_dir: Path, version: str, *, force: bool = False) -> Upgraded:
    """Replace the project's copy of Ribbon's macros by the installed ones, whole or not at all.

    Raises ConfigError where there is none, or where files of it were edited by hand; force overwrites those.
    """
    home = home_of_macros(project_dir)
    stamp = read_stamp(home)
    if stamp is None:
        raise ConfigError(f"{home}: Ribbon's macros are missing. Add them with `ribbon init --existing`.")
    edited = edited_files(home, stamp)
    if edited and not force:
        raise ConfigError(
            f"{home}: {', '.join(edited)}: edited by hand since Ribbon {stamp.version} wrote it. Keep your"
            " version outside of this folder under another name, then overwrite it with --force."
        )
    _, settings = read_project(project_dir / "dbt_project.yml")
    shipped = shipped_macros()
    if SCHEMAS in stamp.left_out:
        del shipped[SCHEMAS]
    files, left_out = without_clashes(shipped, project_dir, settings, home)
    if SCHEMAS in stamp.left_out:
        left_out.append(SCHEMAS)
    new = stamped(files, version, tuple(left_out))
    with staging(project_dir) as stage:
        write_all(stage / "ribbon", new)
        came = read_stamp(stage / "ribbon")
        if came == stamp and not edited:
            return Upgraded(home, stamp.version, version, 0, ())
        replace_folder(stage / "ribbon", home)
    hashes = came.hashes if came else {}
    names = hashes.keys() | stamp.hashes.keys()
    changed = {name for name in names if hashes.get(name) != stamp.hashes.get(name)} | set(edited)
    return Upgraded(home, stamp.version, version, len(changed), tuple(edited))
