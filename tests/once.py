"""What is costly to make is made once for all processes that run tests."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

__all__ = ["Once"]


class Once:
    """Folders that all processes of one run of pytest share; whoever needs one first makes it, the others wait."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        own = factory.getbasetemp()
        self.home = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(self, name: str, make: Callable[[Path], None]) -> Path:
        """The folder of this name, filled by `make`; where that fails, the next who asks tries it again."""
        folder = self.home / name
        with (self.home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = self.home / f"{name}.made"
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                made.touch()
        return folder
