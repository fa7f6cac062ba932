"""What a vendored package says of itself: which version wrote it, and what each file was then."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ribbon.errors import ConfigError
from ribbon.scaffold.shipped import Files

__all__ = ["STAMP", "Stamp", "edited_files", "hashes_of", "is_as_written", "read_stamp", "stamped", "with_wrappers"]

# Neither .md nor .yml: dbt would read it.
STAMP = "VERSION.json"


@dataclass(frozen=True)
class Stamp:
    """version: of Ribbon. hashes: of the package's files as they were written. wrappers: of files of the project.

    before: what `ribbon init --existing` found, by which `ribbon remove` puts it back: the texts of files that it or
    `dbt deps` changes, None where there was none; of a folder, which ends in /, None where it was made. left_out: of a
    copy of the macros, as releases before 0.2 wrote it, the files that this project did not get.
    """

    version: str
    hashes: Mapping[str, str]
    wrappers: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    before: Mapping[str, str | None] = field(default_factory=dict)


def stamped(
    files: Files,
    version: str,
    wrappers: Files,
    kept: Mapping[str, str] | None = None,
    before: Mapping[str, str | None] | None = None,
) -> Files:
    """The files, and their stamp among them.

    wrappers: by their path in the project. kept: the hashes of others, which were edited since.
    """
    stamp = Stamp(version, hashes_of(files), kept or {}, before=before or {})
    return files | {STAMP: with_wrappers(stamp, wrappers)}


def with_wrappers(stamp: Stamp, wrappers: Files, before: Mapping[str, str | None] | None = None) -> str:
    """The text of a stamp with more wrappers, and more of what was there before."""
    document = {
        "about": "Written by ribbon init. Do not edit these files: ribbon init --upgrade replaces them.",
        "version": stamp.version,
        "files": stamp.hashes,
        "wrappers": {**stamp.wrappers, **{path: _hash(text) for path, text in wrappers.items()}},
        "before": {**(before or {}), **stamp.before},
    }
    return json.dumps(document, indent=2) + "\n"


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp in a folder, None where it has none. Raises ConfigError where it cannot be read."""
    path = folder / STAMP
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Stamp(
            str(document["version"]),
            dict(document["files"]),
            dict(document.get("wrappers") or {}),
            tuple(document.get("left_out") or ()),
            dict(document.get("before") or {}),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(
            f"{path}: is not as Ribbon wrote it. Delete the folder {folder}, then run `ribbon init --existing`."
        ) from error


def edited_files(folder: Path, stamp: Stamp) -> list[str]:
    """Files of the package that were changed, deleted or added since the stamp was written."""
    now = {
        path.relative_to(folder).as_posix(): _hash(path.read_text(encoding="utf-8", errors="replace"))
        for path in folder.rglob("*")
        if path.is_file() and path != folder / STAMP
    }
    return sorted(path for path in now.keys() | stamp.hashes.keys() if now.get(path) != stamp.hashes.get(path))


def hashes_of(files: Files) -> dict[str, str]:
    """The hash of each file, by which a stamp knows it."""
    return {path: _hash(text) for path, text in files.items()}


def is_as_written(path: Path, digest: str | None) -> bool:
    """Whether a file is what was written."""
    return path.is_file() and _hash(path.read_text(encoding="utf-8", errors="replace")) == digest


def _hash(text: str) -> str:
    """Of the text, whatever ends its lines: git may change that."""
    return hashlib.sha256("\n".join(text.splitlines()).encode()).hexdigest()
