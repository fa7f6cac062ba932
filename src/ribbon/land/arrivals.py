"""What a source offers: files, each known by its content, and kept as it came before it is read."""

import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.postgresql import write_table
from ribbon.errors import ConfigError, WorldError
from ribbon.land.functions import run_function
from ribbon.model import SourceTable
from ribbon.origins import FUNCTION, has_files, origin_folder

__all__ = ["Arrival", "is_complete", "keep", "kept_folder", "let_go", "offered_files"]

# A file that was written to within so many seconds may still be written to.
SETTLES_IN = 0.5

_CHUNK = 1 << 20

# Where rows of functions and of databases are written first, in the data folder.
ROWS = Path("tmp/rows")


@dataclass(frozen=True)
class Arrival:
    """A file on offer. name: its path inside the source's folder. stamp: changes whenever the file does."""

    path: Path
    name: str
    stamp: str

    @classmethod
    def of(cls, path: Path, folder: Path) -> "Arrival":
        """Look at a file."""
        return cls(path, path.relative_to(folder).as_posix(), _stamp(path))


def _stamp(path: Path) -> str:
    found = path.stat()
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"


def offered_files(project: ProjectPaths, source: SourceTable, override: Path | None) -> list[Arrival]:
    """The files of a source, by name; of one that is a function or a table of a database, the file of its rows now.

    override: a folder to read instead of the contract's. Raises ConfigError if the folder is missing, WorldError if it
    has no file of this table.
    """
    if not has_files(source.origin) and not (override and source.files):
        folder = project.data_dir / ROWS
        return [Arrival.of(_written(project, source, folder), folder)]
    folder = override.resolve() if override else origin_folder(project, source)
    if not folder.is_dir():
        where = "--from" if override else f"{source.contract}: source {source.system}: meta.from"
        raise ConfigError(f"{where}: there is no folder {folder}. Name the folder that holds the source's files.")
    files = [Arrival.of(path, folder) for path in sorted(folder.glob(source.files)) if path.is_file()]
    if not files:
        raise WorldError(f"{folder}: no file {source.files} for {source}. Deliver the file, then land again.")
    return files


def let_go(project: ProjectPaths) -> None:
    """Delete the rows that were written to be landed: of what has landed, the copy that is kept is enough."""
    shutil.rmtree(project.data_dir / ROWS, ignore_errors=True)


def _written(project: ProjectPaths, source: SourceTable, folder: Path) -> Path:
    """A file of the rows that a function yields or that a table has."""
    if source.origin.startswith(FUNCTION):
        return run_function(project, source, folder)
    file = folder / f"{source.table}.parquet"
    write_table(source.origin, str(source.format.table), file)
    return file


def is_complete(arrival: Arrival, source: SourceTable) -> bool:
    """Whether a file is all there: its marker lies beside it, or without one, it has been left alone for a moment."""
    if source.marker:
        return arrival.path.with_name(source.marker.format(arrival.path.name)).exists()
    if not has_files(source.origin):
        return True
    age = time.time() - arrival.path.stat().st_mtime
    if 0 <= age < SETTLES_IN:
        time.sleep(SETTLES_IN - age)
    return _stamp(arrival.path) == arrival.stamp


def kept_folder(project: ProjectPaths, source: SourceTable) -> Path:
    """Where the delivered files of a table are kept as they came, by their content."""
    return project.data_dir / "delivered" / source.system / source.table


def keep(arrival: Arrival, folder: Path) -> Path | None:
    """Copy a file there under its SHA-256, once. None if it changed meanwhile: it is still being written.

    A copy appears whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / ".draft"
    digest = hashlib.sha256()
    with arrival.path.open("rb") as given, draft.open("wb") as copy:
        while chunk := given.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if _stamp(arrival.path) != arrival.stamp:
        draft.unlink()
        return None
    suffixes = "".join(arrival.path.suffixes[-2:])
    kept = folder / f"{digest.hexdigest()}{suffixes}"
    if kept.exists():
        draft.unlink()
    else:
        draft.replace(kept)
    return kept
