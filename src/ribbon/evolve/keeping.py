"""What was kept apart on purpose: docs/decisions/kept.yml, a text that a reviewer reads."""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError, WorldError
from ribbon.model import Kept, Proposal

__all__ = ["Kept", "keep", "read_kept"]

FILE = Path("docs", "decisions", "kept.yml")
HEAD = "# Proposals of `ribbon evolve` that were kept apart on purpose. Delete an entry to have it proposed again.\n"


def read_kept(project_dir: Path) -> tuple[Kept, ...]:
    """All that was kept. Raises ConfigError where the file cannot be understood."""
    path = project_dir / FILE
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
        return tuple(_kept(entry) for entry in entries)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path}: cannot be read: {' '.join(str(error).split())}. Each entry has id, title, because, date, who."
        ) from error


def keep(project_dir: Path, proposal: Proposal, because: str, who: str, today: date) -> Path:
    """Record that a proposal is not wanted. Returns the file.

    Raises ConfigError where no reason is given, or where the file is written so that nothing can be put at its end;
    WorldError where it cannot be written; then nothing was.
    """
    if not because.strip():
        raise ConfigError(f"{proposal.id}: --because is empty. Say why, for whoever reads it in a year.")
    known = {kept.id for kept in read_kept(project_dir)}
    if proposal.id in known:
        raise ConfigError(f"{proposal.id}: was kept apart before. Edit its entry in {FILE}.")
    path = project_dir / FILE
    try:
        text = _with_entry(path, _lines(proposal, because, who, today))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(text.encode("utf-8"))
        os.replace(draft, path)  # noqa: PTH105 - one rename over what is there
    except OSError as error:
        raise WorldError(f"{path}: cannot be written: {error.strerror}. Nothing was changed.") from error
    return path


def _with_entry(path: Path, lines: Sequence[str]) -> str:
    """The file with an entry more; all else in it stays to the letter. Raises ConfigError where it would not parse."""
    before = path.read_bytes().decode("utf-8") if path.is_file() else HEAD
    newline = "\r\n" if "\r\n" in before else "\n"
    text = newline.join([before.rstrip("\r\n"), *lines, ""])
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        told = "\n".join(lines)
        raise ConfigError(
            f"{path}: an entry cannot be put at its end. Write it as a list, each entry after `- ` at the start of a"
            f" line, or add by hand:\n{told}"
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
    """A text as YAML reads it, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _kept(entry: dict[str, Any]) -> Kept:
    day = entry["date"]
    return Kept(
        id=str(entry["id"]),
        title=str(entry["title"]),
        because=str(entry["because"]),
        date=day if isinstance(day, date) else date.fromisoformat(str(day)),
        who=str(entry.get("who") or ""),
    )
