"""A lock: one writer at a time in a data folder.

A program that a command starts holds the lock too, so that the folder is free only when nothing writes there any more,
however the command ended.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ribbon.errors import BusyError, WorldError

__all__ = ["held_by_children", "hold"]

LOCK_FILE = ".lock"

# In a folder that a command makes: what it holds is large, or private, and git would offer to commit it.
IGNORED_BY_GIT = "# Written by Ribbon: its outputs do not belong in git.\n*\n"


# The open files of the locks that this process holds.
_held: list[int] = []


def held_by_children() -> tuple[int, ...]:
    """The files to hand down to a program that writes into the folder; it holds the lock for as long as it lives."""
    return tuple(_held)


@contextmanager
def hold(data_dir: Path, command: str) -> Iterator[None]:
    """Hold the folder for `command` during the block.

    The operating system releases it if the process and all that it started are dead.

    A folder that is missing is made, and git ignores what it holds.

    Raises BusyError if another command holds it, WorldError if the folder cannot be written.
    """
    try:
        is_new = not data_dir.exists()
        data_dir.mkdir(parents=True, exist_ok=True)
        if is_new:
            (data_dir / ".gitignore").write_text(IGNORED_BY_GIT, encoding="utf-8")
        file = (data_dir / LOCK_FILE).open("a+b", buffering=0)
    except OSError as error:
        raise WorldError(
            f"{data_dir}: cannot be written: {error.strerror}. Make it writable, or set RIBBON_DATA to another folder."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().decode().strip() or "another ribbon command"
            raise BusyError(f"{data_dir}: {who} is running here. Wait until it is done.") from None
        with suppress(OSError):  # on a full disk the lock holds all the same, without a name
            file.truncate(0)
            file.write(f"`{command}` (process {os.getpid()})".encode())
        _held.append(file.fileno())
        try:
            yield
        finally:
            _held.remove(file.fileno())
