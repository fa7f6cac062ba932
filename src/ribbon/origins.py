"""Where a source's rows are before they land: a folder of the project or of a package, a function, a database."""

from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError
from ribbon.model import SourceTable

__all__ = ["FUNCTION", "has_files", "is_database", "origin_folder", "without_password"]

PACKAGE = "package:"
FUNCTION = "python:"
DATABASES = ("postgresql://", "postgres://")


def is_database(origin: str) -> bool:
    """Whether it is the URL of a database."""
    return origin.startswith(DATABASES)


def has_files(origin: str) -> bool:
    """Whether it is a folder of files."""
    return not (origin.startswith(FUNCTION) or is_database(origin))


def without_password(url: str, where: str) -> str:
    """The URL of a database. Raises ConfigError where it holds a password, which is not printed."""
    try:
        parts = urlsplit(url)
        has_password = parts.password is not None or any("password" in name for name, _ in parse_qsl(parts.query))
    except ValueError:
        raise ConfigError(f"{where}: is no URL. Write postgresql://user@host/database.") from None
    if has_password:
        raise ConfigError(
            f"{where}: the URL holds a password. Leave it out, and set PGPASSWORD in the environment, or use ~/.pgpass."
        )
    return url


def origin_folder(project: ProjectPaths, source: SourceTable) -> Path:
    """The folder that a contract's meta.from names.

    Raises ConfigError if that is in a package that is not installed, or no folder.
    """
    if not has_files(source.origin):
        raise ConfigError(f"{source.where}: meta.from is {source.origin}, and no folder.")
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
