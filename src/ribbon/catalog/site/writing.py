"""Writing a folder of pages so that readers see old files or new ones, and only what changed is touched."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ribbon.errors import WorldError

__all__ = ["Folder", "write_whole"]

# The folders of a site, whose files are all its own.
FOLDERS = ("relation", "source", "subject", "use", "handbook", "search", "assets")

_DRAFT = ".next"


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
        """Write a file unless it says that already. Returns whether it was written."""
        path, data = self.root / name, content.encode() if isinstance(content, str) else content
        if _content(path) == data:
            return False
        self.make(path.parent)
        write_whole(path, data)
        self.written += 1
        return True

    def make(self, folder: Path) -> None:
        """Have a folder in it. Raises WorldError where that cannot be."""
        if folder in self._made:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WorldError(f"{folder}: cannot be made: {error.strerror}. Make it writable.") from error
        self._made.add(folder)

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return (self.root / name).is_file()

    def names(self, below: str) -> frozenset[str]:
        """The files in a folder of it, whatever wrote them."""
        return frozenset(f"{below}/{path}" for path in _files(self.root / below))

    def sweep(self, wanted: Collection[str]) -> None:
        """Remove the files that nobody wants from the folders that any wanted file may be in."""
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
