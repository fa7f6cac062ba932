"""A folder for a proof that is gone afterwards, however the proof ends."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.errors import WorldError
from ribbon.lock import hold

__all__ = ["scratch_folder"]

PREFIX = "proof-"


@contextmanager
def scratch_folder(project: ProjectPaths, command: str) -> Iterator[Path]:
    """An empty folder on the disk of the data, and the data folder held for `command`.

    What a killed proof left is removed first. A project without a data folder of Ribbon's has it in dbt's target.
    Raises BusyError where another command is at work, WorldError where the folder cannot be written.
    """
    home = project.data_dir if project.data_dir.is_dir() else project.target_dir / "ribbon"
    with hold(home, command):
        room = home / "tmp"
        try:
            room.mkdir(exist_ok=True)
            for left in room.glob(f"{PREFIX}*"):
                shutil.rmtree(left, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=room))
        except OSError as error:
            raise WorldError(f"{room}: cannot be written: {error.strerror}. Make it writable.") from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
