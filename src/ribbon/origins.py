"""The folder of a source's files before they land: in the project, or inside an installed package."""

from importlib.util import find_spec
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.model import SourceTable

__all__ = ["FUNCTION", "origin_folder"]

PACKAGE = "package:"
FUNCTION = "python:"


def origin_folder(project: ProjectPaths, source: SourceTable) -> Path:
    """The folder that a contract's meta.from names.

    Raises ConfigError if that is in a package that is not installed, or no folder.
    """
    if source.origin.startswith(FUNCTION):
        raise ConfigError(f"{source.where}: meta.from is a function, {source.origin}, and no folder.")
    if not source.origin.startswith(PACKAGE):
        return (project.project_dir / source.origin).resolve()
    module, _, inside = source.origin.removeprefix(PACKAGE).partition("/")
    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            f"{source.contract}: source {source.system}: meta.from names the package {module}, which is not installed."
            f" Install it, or name a folder with --from."
        )
    return Path(spec.submodule_search_locations[0]) / inside
