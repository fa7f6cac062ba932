"""The scripts and styles of the site, from those in the package."""

from collections.abc import Iterator

from ribbon.catalog.pages.assets import JOINED
from ribbon.catalog.site.version import ASSETS
from ribbon.catalog.site.writing import Folder

__all__ = ["write_assets"]

# The folder of the site that they go to.
_FOLDER = "assets"

# Words for those who work on the scripts; the vendored libraries' licences go along.
_NOT_SERVED = {"README.md"}


def write_assets(folder: Folder) -> set[str]:
    """Write what changed. Returns the names of all."""
    names = set()
    for name, content in (*_joined(), *_alone()):
        folder.write(f"{_FOLDER}/{name}", content)
        names.add(f"{_FOLDER}/{name}")
    return names


def _joined() -> Iterator[tuple[str, bytes]]:
    """The scripts that pages load together, each in its own words; the semicolon ends what has none at its end."""
    for name, parts in JOINED.items():
        yield name, b"\n;\n".join((ASSETS / part).read_bytes() for part in parts)


def _alone() -> Iterator[tuple[str, bytes]]:
    """Everything else, as it is."""
    joined = {part for parts in JOINED.values() for part in parts}
    for path in sorted(ASSETS.rglob("*")):
        name = path.relative_to(ASSETS).as_posix()
        if path.is_file() and path.name not in _NOT_SERVED and "__pycache__" not in path.parts and name not in joined:
            yield name, path.read_bytes()
