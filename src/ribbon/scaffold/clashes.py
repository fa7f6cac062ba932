"""Macros of ours that a project has by the same name: dbt allows no two of them in one project."""

import re
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.shipped import Files
from ribbon.settings import Settings

__all__ = ["without_clashes"]

# The folder of macros that models may use. One of them can be missing as long as the gate does not use it.
HELPERS = "sql/"

DEFINED = re.compile(
    r"\{%-?\s*(macro|test|data_test|materialization)\s+(\w+)(?:[^%]*?adapter\s*=\s*['\"](\w+)['\"])?", re.DOTALL
)


def without_clashes(files: Files, project_dir: Path, settings: Settings, home: Path) -> tuple[Files, list[str]]:
    """Our files less those that define what the project defines and helpers that use those, and the paths of these.

    home: the folder of our own macros, which is not looked at. Raises ConfigError where others of our files need one.
    """
    theirs = _defined_in(project_dir, settings, home)
    left_out = [path for path, text in files.items() if _names(text) & theirs.keys()]
    for path in left_out:  # grows on the way
        names = _names(files[path])
        users = [user for user, text in files.items() if user not in left_out and _calls(text, names)]
        needed = any(not user.startswith(HELPERS) for user in users)
        if needed or any(name.startswith("materialization_") for name in names):
            taken = sorted(names & theirs.keys()) or sorted(names)
            where = theirs.get(taken[0], project_dir)
            raise ConfigError(
                f"{where}: {taken[0]}: Ribbon has a macro of this name too ({path}), which its gate needs."
                " Rename or remove yours, then run this again."
            )
        left_out += users
    return {path: text for path, text in files.items() if path not in left_out}, left_out


def _defined_in(project_dir: Path, settings: Settings, home: Path) -> dict[str, Path]:
    """What the project defines, by dbt's name of it, and where."""
    folders = [project_dir / folder for folder in settings.macro_paths]
    folders += [project_dir / str(folder) / "generic" for folder in settings.listed("test-paths", ["tests"])]
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.sql")):
            if home not in path.parents:
                found |= dict.fromkeys(_names(path.read_text(encoding="utf-8", errors="replace")), path)
    return found


def _names(text: str) -> set[str]:
    """What a file defines, as dbt names it: a test is a macro test_…, a materialization ends in its adapter."""
    names = set()
    for kind, name, adapter in DEFINED.findall(text):
        if kind == "macro":
            names.add(name)
        elif kind == "materialization":
            names.add(f"materialization_{name}_{adapter or 'default'}")
        else:
            names.add(f"test_{name}")
    return names


def _calls(text: str, names: set[str]) -> bool:
    either = "|".join(sorted(names)) or "$^"
    return re.search(rf"\b({either})\s*\(|['\"]({either})['\"]", text) is not None
