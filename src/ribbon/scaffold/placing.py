"""Putting files in place so that nobody finds half of them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ribbon.errors import WorldError
from ribbon.scaffold.shipped import Files

__all__ = ["replace_folder", "staging", "write_all"]


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """An empty folder inside `folder`, gone at the end. Raises WorldError where something cannot be written."""
    made: Path | None = None
    try:
        made = Path(tempfile.mkdtemp(prefix=".ribbon-", dir=folder))
        yield made
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise WorldError(f"{where}: cannot be written: {error.strerror}. Nothing was changed.") from error
    finally:
        if made:
            shutil.rmtree(made, ignore_errors=True)


def write_all(folder: Path, files: Files) -> None:
    """Write texts by their paths in the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def replace_folder(new: Path, place: Path) -> None:
    """Put a staged folder in its place; the one that was there comes back if that fails."""
    aside = new.with_name(new.name + ".before")
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(aside)
    try:
        new.rename(place)
    except OSError:
        if aside.exists():
            aside.rename(place)
        raise
