"""Dismissed proposals: docs/decisions/dismissed.yml, a list that people review and edit."""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError, WorldError
from ribbon.model import Dismissal, Proposal

__all__ = ["FILE", "dismiss", "read_dismissed"]

FILE = Path("docs", "decisions", "dismissed.yml")
# The name of the file before; its entries still count.
OLD_FILE = Path("docs", "decisions", "kept.yml")
HEAD = "# Dismissed proposals of `ribbon evolve`. Delete an entry to have it proposed again.\n"


def read_dismissed(project_dir: Path) -> tuple[Dismissal, ...]:
    """All dismissals, each id once. Raises ConfigError where a file cannot be read."""
    found = [*_read(project_dir / OLD_FILE), *_read(project_dir / FILE)]
    return tuple({dismissal.id: dismissal for dismissal in found}.values())


def dismiss(project_dir: Path, proposal: Proposal, because: str, who: str, today: date) -> Path:
    """Record that a proposal is not wanted. Returns the file.

    Raises ConfigError where no reason is given, or where nothing can be appended to the file; WorldError where it
    cannot be written. The file is then unchanged.
    """
    if not because.strip():
        raise ConfigError(f"{proposal.id}: --because is empty. Give a reason, for whoever reads it in a year.")
    for file in (OLD_FILE, FILE):
        if proposal.id in {dismissal.id for dismissal in _read(project_dir / file)}:
            raise ConfigError(f"{proposal.id}: is already dismissed. Edit its entry in {file}.")
    path = project_dir / FILE
    try:
        text = _with_entry(path, _lines(proposal, because, who, today))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(text.encode("utf-8"))
        os.replace(draft, path)  # noqa: PTH105 - replaces an existing file in one step
    except OSError as error:
        raise WorldError(f"{path}: cannot be written: {error.strerror}. Nothing was changed.") from error
    return path


def _read(path: Path) -> tuple[Dismissal, ...]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return tuple(map(_dismissal, entries))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path}: cannot be read: {' '.join(str(error).split())}. Each entry has id, title, because, date, who."
        ) from error


def _with_entry(path: Path, lines: Sequence[str]) -> str:
    """The file with one more entry; everything else stays as it is. Raises ConfigError where it would not parse."""
    before = path.read_bytes().decode("utf-8") if path.is_file() else HEAD
    newline = "\r\n" if "\r\n" in before else "\n"
    text = newline.join([before.rstrip("\r\n"), *lines, ""])
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        entry = "\n".join(lines)
        raise ConfigError(
            f"{path}: cannot append an entry. Write the file as a list, each entry after `- ` at the start of a line,"
            f" or add by hand:\n{entry}"
        ) from error
    return text


def _lines(proposal: Proposal, because: str, who: str, today: date) -> Sequence[str]:
    return (
        f"- id: {proposal.id}",
        f"  title: {_quoted(proposal.title)}",
        f"  because: {_quoted(' '.join(because.split()))}",
        f"  date: {today.isoformat()}",
        f"  who: {_quoted(who)}",
    )


def _quoted(text: str) -> str:
    """A text as a YAML string, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _dismissal(entry: dict[str, Any]) -> Dismissal:
    day = entry["date"]
    return Dismissal(
        id=str(entry["id"]),
        title=str(entry["title"]),
        because=str(entry["because"]),
        date=day if isinstance(day, date) else date.fromisoformat(str(day)),
        who=str(entry.get("who") or ""),
    )
