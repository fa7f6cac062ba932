"""The versions of what readers have: each a folder that is complete before it is seen, and never written again.

`marts.duckdb` is a link to the newest. A reader follows it when it opens the file, and keeps the version that it
opened: a path that stays the same would give a process with one open connection the old file for every new one.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ribbon.errors import ConfigError, WorldError
from ribbon.settings import Settings
from ribbon.yaml_file import shown

__all__ = ["Draft", "Versions", "versions_to_keep"]

FOLDER = "versions"
_KEPT = 3
_DRAFT = "draft"
_READ_ONLY = 0o444


def versions_to_keep(settings: Settings) -> int:
    """How many versions stay, the one that readers have among them: `keep` under `vars: ribbon: publish:`, else 3."""
    declared = settings.of_ribbon.get("publish") or {}
    if not isinstance(declared, dict):
        raise ConfigError(f"{settings.path}: vars: ribbon: publish must be a mapping, got {shown(declared)}.")
    unknown = sorted(map(str, declared.keys() - {"keep"}))
    if unknown:
        raise ConfigError(
            f"{settings.path}: vars: ribbon: publish: unknown setting {unknown[0]}. Only `keep` is known."
        )
    keep: object = declared.get("keep", _KEPT)
    if isinstance(keep, bool) or not isinstance(keep, int) or keep < 1:
        raise ConfigError(
            f"{settings.path}: vars: ribbon: publish: keep must be a number of versions from 1 on, got {shown(keep)}."
        )
    return keep


@dataclass(frozen=True)
class Draft:
    """A version that is being written into a folder. at: the moment that names it, UTC."""

    folder: Path
    at: datetime
    id: str

    @property
    def file(self) -> Path:
        """Not by the name of any file that is attached meanwhile: DuckDB names a database after its file."""
        return self.folder / "ribbon_draft.duckdb"


class Versions:
    """link: the path that readers open."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.folder = link.with_name(FOLDER)

    @property
    def newest_first(self) -> tuple[Path, ...]:
        """The files of all versions that are complete. Their folders are named after the moment of publication."""
        folders = sorted(self.folder.iterdir(), reverse=True) if self.folder.is_dir() else []
        files = (folder / self.link.name for folder in folders if folder.name != _DRAFT)
        return tuple(file for file in files if file.is_file())

    @property
    def latest(self) -> Path | None:
        """The file that readers have now, or had before the link was lost; None before the first publication."""
        return self.link.resolve() if self.link.exists() else next(iter(self.newest_first), None)

    @property
    def latest_first(self) -> tuple[Path, ...]:
        """The file that readers have, then all versions, the newest first."""
        return tuple(dict.fromkeys(file.resolve() for file in (self.latest, *self.newest_first) if file))

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """A folder to write a version into. It is gone at the end, whatever happened, unless it was shown."""
        folder = self.folder / _DRAFT
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            yield self._new(folder)
        except OSError as error:
            raise WorldError(
                f"{error.filename or folder}: cannot be written: {error.strerror}. Readers keep what they have."
            ) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def show(self, draft: Draft) -> bool:
        """Let readers have a version that is complete. Returns whether by a link.

        Where the file system has no links the file itself takes the place: a process that has the one before open sees
        the new one only after it closed all of its connections.
        """
        version = self.folder / draft.id
        draft.file.rename(draft.folder / self.link.name)
        (draft.folder / self.link.name).chmod(_READ_ONLY)
        draft.folder.rename(version)
        _sync(version)
        _sync(self.folder)
        # DuckDB would replay it: what somebody wrote into the file before, into the one that follows.
        self.link.with_name(f"{self.link.name}.wal").unlink(missing_ok=True)
        new = self.link.with_name(f".{self.link.name}.new")
        new.unlink(missing_ok=True)
        try:
            new.symlink_to(Path(FOLDER) / draft.id / self.link.name)
            linked = True
        except OSError:
            shutil.copyfile(version / self.link.name, new)
            linked = False
        new.replace(self.link)
        _sync(self.link.parent)
        return linked

    def keep(self, number: int) -> None:
        """Remove all but the newest versions. What readers have open they go on reading."""
        for file in self.newest_first[max(number, 1) :]:
            if file.resolve() != self.latest:
                shutil.rmtree(file.parent, ignore_errors=True)

    def _new(self, folder: Path) -> Draft:
        """A draft that is named after this moment, to the millisecond, and after every version that there is."""
        now = datetime.now(UTC).replace(tzinfo=None)
        moment = f"{now:%Y%m%d-%H%M%S}-{now.microsecond // 1000:03d}"
        newest = next((file.parent.name for file in self.newest_first), "")
        return Draft(folder, now, moment if moment > newest else f"{newest}-1")


def _sync(folder: Path) -> None:
    """Write the names in a folder to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
