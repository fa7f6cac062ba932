"""Putting files in place so that nobody finds half of them."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ribbon.errors import WorldError
from ribbon.scaffold.shipped import Files

__all__ = ["replace_all", "staging", "write_all"]


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


def replace_all(stage: Path, new: Mapping[Path, Path | None]) -> None:
    """Put staged files and folders in their places; None leaves a place empty. If one fails, all comes back.

    stage: takes what was there.
    """
    aside = stage / "before"
    aside.mkdir()
    undo: list[tuple[Path, Path]] = []
    try:
        for number, (place, staged) in enumerate(new.items()):
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.is_symlink() or place.exists():
                undo.append((place.rename(aside / str(number)), place))
            if staged:
                undo.append((staged, staged.rename(place)))
    except OSError:
        for back, there in reversed(undo):
            there.rename(back) if back.parent != aside else back.rename(there)
        raise
