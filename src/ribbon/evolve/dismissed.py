"""Dismissed proposals: docs/decisions/dismissed.yml, a list that people review and edit."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from ribbon.errors import ConfigError, WorldError
from ribbon.model import Dismissal, Proposal
from ribbon.yaml_file import read_yaml, shown

__all__ = ["FILE", "dismiss", "read_dismissed"]

FILE = Path("docs", "decisions", "dismissed.yml")
# The name of the file before; its entries still count.
OLD_FILE = Path("docs", "decisions", "kept.yml")
SHAPE = "Each entry has id, title, because, date, who and project. Correct it, or delete it to have the proposal again."
HEAD = "# Dismissed proposals of `ribbon evolve`. Delete an entry to have it proposed again.\n"


def read_dismissed(project_dir: Path) -> tuple[Dismissal, ...]:
    """All dismissals, each id once. Raises ConfigError, with the entry, where a file is not as `dismiss` writes it."""
    found = [*_read(project_dir / OLD_FILE), *_read(project_dir / FILE)]
    return tuple({dismissal.id: dismissal for dismissal in found}.values())


def dismiss(project_dir: Path, proposal: Proposal, because: str, who: str, today: date, project: str = "") -> Path:
    """Record that a proposal is not wanted. project: the name of the dbt project. Returns the file.

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
        text = _with_entry(path, _lines(proposal, because, who, today, project))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.write_bytes(text.encode("utf-8"))
        os.replace(draft, path)  # noqa: PTH105 - replaces an existing file in one step
    except OSError as error:
        raise WorldError(f"{path}: cannot be written: {error.strerror}. Nothing was changed.") from error
    return path


def _read(path: Path) -> tuple[Dismissal, ...]:
    try:
        entries = read_yaml(path)
    except FileNotFoundError:
        return ()
    if entries is not None and not isinstance(entries, list):
        raise ConfigError(f"{path}: must be a list of entries, each after `- `, got {shown(entries)}. {SHAPE}")
    return tuple(_dismissal(path, number, entry) for number, entry in enumerate(entries or (), start=1))


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


def _lines(proposal: Proposal, because: str, who: str, today: date, project: str) -> Sequence[str]:
    return (
        f"- id: {proposal.id}",
        f"  title: {_quoted(proposal.title)}",
        f"  because: {_quoted(' '.join(because.split()))}",
        f"  date: {today.isoformat()}",
        f"  who: {_quoted(who)}",
        *([f"  project: {_quoted(project)}"] if project else []),
    )


def _quoted(text: str) -> str:
    """A text as a YAML string, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)


def _dismissal(path: Path, number: int, entry: object) -> Dismissal:
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: entry {number}: must be a mapping, got {shown(entry)}. {SHAPE}")
    name = entry.get("id")
    where = f"{path}: entry {number}{f' ({name})' if isinstance(name, str) else ''}"
    return Dismissal(
        id=_text(where, entry, "id"),
        title=_text(where, entry, "title"),
        because=_text(where, entry, "because"),
        date=_day(where, entry.get("date")),
        who=_text(where, entry, "who") if entry.get("who") else "",
        project=_text(where, entry, "project") if entry.get("project") else "",
    )


def _text(where: str, entry: Mapping[str, Any], key: str) -> str:
    found = entry.get(key)
    if isinstance(found, list | dict):
        raise ConfigError(f"{where}: {key} must be a text, got {shown(found)}. {SHAPE}")
    if found is None or not str(found).strip():
        raise ConfigError(f"{where}: {key} is missing. {SHAPE}")
    return str(found)


def _day(where: str, found: object) -> date:
    try:
        return found if isinstance(found, date) and not isinstance(found, datetime) else _parsed_day(found)
    except ValueError as error:
        raise ConfigError(f"{where}: date must be a day such as 2026-01-31, got {shown(found)}. {SHAPE}") from error


def _parsed_day(found: object) -> date:
    return found.date() if isinstance(found, datetime) else date.fromisoformat(str(found))
