"""The files that the wheel carries: the dbt package `ribbon`, and the project to start from."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from ribbon.errors import WorldError

__all__ = ["Files", "shipped_package", "shipped_project"]

# Texts by their path in a folder, with / between the parts.
Files = dict[str, str]

NAME = "@project@"

# Names that would mean something to git or to the packager inside this repository.
RENAMED = {"gitignore": ".gitignore"}

# What else may lie in the package's folder of a repository is not of the package.
PARTS = (".sql", "dbt_project.yml")


def shipped_package() -> Files:
    """The dbt package. Raises WorldError where the installation lacks it."""
    inside = files("ribbon") / "package"
    beside = Path(__file__).parents[3] / "macros" / "ribbon"  # an editable installation has it in the repository
    found = _read(inside if inside.is_dir() else beside)
    if not found:
        raise WorldError(f"{inside}: Ribbon's dbt package is missing. Install dbt-ribbon again.")
    return {path: text for path, text in found.items() if path.endswith(PARTS)}


def shipped_project(name: str, kind: str = "project") -> Files:
    """The project to start from, under its name. kind: `own` for what another one has that starts from own files."""
    found = _read(files("ribbon.scaffold") / "templates" / kind)
    return {RENAMED.get(path, path): text.replace(NAME, name) for path, text in found.items()}


def _read(folder: Traversable, prefix: str = "") -> Files:
    found: Files = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name) if folder.is_dir() else ():
        if entry.is_dir():
            found |= _read(entry, f"{prefix}{entry.name}/")
        else:
            found[prefix + entry.name] = entry.read_text(encoding="utf-8")
    return found
