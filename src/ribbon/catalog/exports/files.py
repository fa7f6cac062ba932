"""Writing an export whole or not at all, and over nothing but an export of the same format."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ribbon.errors import ConfigError, WorldError

__all__ = ["refuse_others", "whole_file", "whole_folder"]

# In every folder of an export: everything in it may be replaced.
MARK = ".ribbon-export"
MARK_TEXT = "{kind}\nWritten by `ribbon export {kind}`, which replaces this folder and all that is in it.\n"

# Endings of an export's name while it is written; no other program uses them.
_DRAFT, _FORMER = ".ribbon-next", ".ribbon-former"


def refuse_others(path: Path, kind: str, begins: bytes) -> None:
    """Raise ConfigError where `path` is there and is no export of this kind.

    begins: how a file of it does; empty where it is a folder.
    """
    if not path.exists():
        return
    if bool(begins) == path.is_dir():
        wanted, is_one = ("file", "folder") if begins else ("folder", "file")
        raise ConfigError(f"{path}: is a {is_one}, and `ribbon export {kind}` writes a {wanted}. Name another.")
    ours = _begins(path, begins) if begins else _is_marked(path, kind)
    if not ours:
        raise ConfigError(
            f"{path}: is not an export of `ribbon export {kind}`, which would replace it. Name a path"
            " that does not exist."
        )


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path to write to, beside the file, that takes its name at the end. After an error nothing has changed."""
    draft = path.with_name(path.name + _DRAFT)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, kind: str) -> Iterator[Path]:
    """An empty folder to write to, beside the one that it replaces at the end. After an error nothing has changed."""
    draft, former = (path.with_name(path.name + ending) for ending in (_DRAFT, _FORMER))
    try:
        _restore(path, former)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        (draft / MARK).write_text(MARK_TEXT.format(kind=kind), encoding="utf-8")
        yield draft
        _swap(path, draft, former)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _swap(path: Path, draft: Path, former: Path) -> None:
    """Rename the folder that is there first: a folder cannot take its name."""
    if path.exists():
        path.replace(former)
    try:
        draft.replace(path)
    except OSError:
        _restore(path, former)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _restore(path: Path, former: Path) -> None:
    """Restore the folder that a process left renamed; remove one that it left behind."""
    if former.is_dir() and not path.exists():
        former.replace(path)
    shutil.rmtree(former, ignore_errors=True)


def _begins(path: Path, begins: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(begins)) in {begins, b""}
    except OSError:
        return False


def _is_marked(path: Path, kind: str) -> bool:
    try:
        return (path / MARK).read_text(encoding="utf-8").splitlines()[:1] == [kind]
    except (OSError, UnicodeDecodeError):
        return not any(path.iterdir())


def _not_written(path: Path, error: OSError) -> WorldError:
    return WorldError(f"{path}: cannot be written: {error.strerror or error}. Make room or make it writable.")
