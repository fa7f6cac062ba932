"""The folder of a site: where it is, and writing it so that readers see old files or new ones."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import ConfigError, WorldError

__all__ = ["MARK", "MARK_TEXT", "Folder", "SitePaths", "site_paths"]

# In the folder of every site: Ribbon may remove anything beside it.
MARK = ".ribbon-site"
MARK_TEXT = "Written by `ribbon docs`, which removes from the folders here whatever it has not written itself.\n"

# The folders of a site, whose files are all its own.
FOLDERS = ("relation", "source", "subject", "use", "handbook", "search", "assets")

_DRAFT = ".next"


@dataclass(frozen=True)
class SitePaths:
    """ours: whether the project is Ribbon's. home: the folder of state and lock. site_dir: the folder of pages.

    target_dir: where dbt's artifacts are to be read; None for the project's own, brought up to date.
    """

    ours: bool
    home: Path
    site_dir: Path
    target_dir: Path | None

    @property
    def state_file(self) -> Path:
        """One file for each site; the name has a digest of any other folder than the usual one."""
        if self.site_dir == self.home / "site":
            return self.home / "catalog.sqlite"
        return self.home / f"catalog-{blake2b(str(self.site_dir).encode(), digest_size=4).hexdigest()}.sqlite"


def site_paths(project: ProjectPaths, output: Path | None = None, target_path: Path | None = None) -> SitePaths:
    """Where the site of a project goes. Raises ConfigError where `output` is a folder with other files."""
    ours = project.is_ours
    target_dir = (project.project_dir / target_path).resolve() if target_path else None
    home = project.home(target_dir or project.target_dir)
    site_dir = Path.cwd().joinpath(output).resolve() if output else home / "site"
    if output and site_dir.is_dir() and any(site_dir.iterdir()) and not (site_dir / MARK).is_file():
        raise ConfigError(
            f"{site_dir}: is not a site of Ribbon's, and `ribbon docs` removes files that it has not written. Name"
            " an empty folder or one that is not there."
        )
    return SitePaths(ours, home, site_dir, target_dir if target_dir or ours else project.target_dir)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, then give it its own. Raises WorldError where that fails."""
    draft = path.with_name(path.name + _DRAFT)
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError as error:
        raise WorldError(f"{path}: cannot be written: {error.strerror}. Make room or make it writable.") from error


class Folder:
    """The folder of a site. written: how many files were, removed: how many are gone.

    Files are named by their path in it, with `/`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written = 0
        self.removed = 0
        self._made: set[Path] = set()

    def write(self, name: str, content: str | bytes) -> bool:
        """Write a file unless it has this content already. Returns whether it was written."""
        path, data = self.root / name, content.encode() if isinstance(content, str) else content
        if _content(path) == data:
            return False
        self.make(path.parent)
        write_whole(path, data)
        self.written += 1
        return True

    def make(self, folder: Path) -> None:
        """Create a folder in it. Raises WorldError where that fails."""
        if folder in self._made:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorldError(f"{folder}: cannot be created: {error.strerror}. Make it writable.") from error
        self._made.add(folder)

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return (self.root / name).is_file()

    def names(self, below: str) -> frozenset[str]:
        """The files in a folder of it, whatever wrote them."""
        return frozenset(f"{below}/{path}" for path in _files(self.root / below))

    def sweep(self, wanted: Collection[str]) -> None:
        """Remove files that are not wanted from the folders of a site."""
        for below in FOLDERS:
            for name in sorted(self.names(below).difference(wanted)):
                self._remove(self.root / name)

    def _remove(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise WorldError(f"{path}: cannot be removed: {error.strerror}. Make its folder writable.") from error
        self.removed += 1


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _files(folder: Path) -> Iterator[str]:
    """Paths of all files, relative to the folder."""
    for inside, _, names in os.walk(folder):
        prefix = "" if Path(inside) == folder else f"{Path(inside).relative_to(folder).as_posix()}/"
        yield from (prefix + name for name in names)
