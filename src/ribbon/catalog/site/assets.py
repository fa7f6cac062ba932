"""The scripts and styles of the site, as they are in the package."""

from ribbon.catalog.site.version import ASSETS
from ribbon.catalog.site.writing import Folder

__all__ = ["write_assets"]

# The folder of the site that they go to.
_FOLDER = "assets"

# Words for those who work on the scripts; the vendored libraries' licences go along.
_NOT_SERVED = {"README.md"}


def write_assets(folder: Folder) -> set[str]:
    """Copy what changed. Returns the names of all."""
    names = set()
    for path in sorted(ASSETS.rglob("*")):
        if path.is_file() and path.name not in _NOT_SERVED and "__pycache__" not in path.parts:
            name = f"{_FOLDER}/{path.relative_to(ASSETS).as_posix()}"
            folder.write(name, path.read_bytes())
            names.add(name)
    return names
