"""Edits put into a folder: all of them, or none."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ribbon.errors import WorldError
from ribbon.model import Edit

__all__ = ["write_edits"]


def write_edits(root: Path, edits: Sequence[Edit]) -> None:
    """Make edits in a folder; a file keeps its mode.

    What is new is written beside its place first, so that what fails, mostly fails before anything is changed. Raises
    WorldError where a file cannot be written; what was changed by then is put back.
    """
    ordered = sorted(edits, key=lambda edit: edit.after is None)  # what goes, goes last
    drafts: list[Path] = []
    begun: list[Edit] = []
    try:
        for edit in ordered:
            if edit.after is not None:
                drafts.append(_draft(root / edit.path))
                drafts[-1].write_bytes(edit.after.encode("utf-8"))
        for place, edit in enumerate(ordered):
            begun.append(edit)
            _put(root / edit.path, drafts[place] if edit.after is not None else None)
    except OSError as error:
        _put_back(root, begun)
        raise WorldError(
            f"{root / edit.path}: cannot be written: {error.strerror}. Make it writable; `git status` should tell of"
            " no change."
        ) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    """An empty file beside a place, with the mode of what is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        draft = Path(file.name)
    draft.chmod(path.stat().st_mode if path.is_file() else 0o644)
    return draft


def _put(path: Path, draft: Path | None) -> None:
    if draft:
        draft.replace(path)
    else:
        path.unlink()


def _put_back(root: Path, edits: Sequence[Edit]) -> None:
    for edit in edits:
        with suppress(OSError):  # what could not be changed cannot be put back either
            if edit.before is None:
                (root / edit.path).unlink(missing_ok=True)
            else:
                (root / edit.path).write_bytes(edit.before.encode("utf-8"))
