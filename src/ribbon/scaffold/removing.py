"""Taking Ribbon out of a project again: the project is what it was, and what people wrote since stays."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ribbon.errors import ConfigError
from ribbon.scaffold.adopting import LOCK, PACKAGE, refuse_copy
from ribbon.scaffold.needs import Need, find_needs
from ribbon.scaffold.placing import replace_all, staging, write_all
from ribbon.scaffold.project_file import PLACE, read_project, with_package
from ribbon.scaffold.shipped import Files, shipped_package
from ribbon.scaffold.stamp import edited_files, is_as_written, read_stamp
from ribbon.scaffold.wrappers import is_written_by_us, names_written, without_written
from ribbon.scaffold.yaml_lists import UnsafeEditError, without_items
from ribbon.settings import Settings, package_file, parse_settings

__all__ = ["Removal", "carry_out", "has_ribbon", "plan_removal", "wrapper_files"]

# dbt's own parse of a project. Where a package is gone it still has its hooks, and stops: dbt-core 1.11.
PARTIAL_PARSE = "partial_parse.msgpack"

# What an entry of packages.yml names, by the last part of its address.
NAMES = frozenset({PACKAGE, "dbt-ribbon"})
ADDRESSES = ("local", "git", "subdirectory", "package", "tarball", "private")


@dataclass(frozen=True)
class Removal:
    """What taking Ribbon out means. texts: files as they will be, None for those that go. folders: that go.

    parses: of dbt, which go too. made: folders that Ribbon made, which go if nothing is left in them.
    stays: files that a person edited, without what Ribbon wrote into them. edited: files of the package that were
    edited since, and go. needs: what the project says that needs Ribbon.
    """

    project_dir: Path
    texts: Mapping[Path, str | None]
    folders: tuple[Path, ...]
    parses: tuple[Path, ...]
    made: tuple[Path, ...]
    stays: tuple[Path, ...]
    edited: tuple[str, ...]
    needs: tuple[Need, ...]


def plan_removal(project_dir: Path, target_dir: Path) -> Removal:
    """What `ribbon init` put into a project, and how the project is without it.

    target_dir: dbt's artifacts. Raises ConfigError where there is nothing of Ribbon, where the macros are a copy, or
    where a file cannot be changed safely.
    """
    _, settings = read_project(project_dir / "dbt_project.yml")
    refuse_copy(project_dir, settings)
    home = project_dir / PLACE
    stamp = read_stamp(home)
    before = stamp.before if stamp else {}
    package = shipped_package()
    written = {path: _read(path) for path in wrapper_files(project_dir, settings)}
    as_written = {path for path in written if stamp and is_as_written(path, stamp.wrappers.get(_in(project_dir, path)))}
    wrappers = {path: None if path in as_written else _left(text, package) for path, text in written.items()}
    texts = wrappers | _listings(project_dir, before)
    installed = settings.packages_dir / PACKAGE
    folders = [*([home] if stamp else []), *([installed] if installed.is_symlink() or installed.exists() else [])]
    if not (texts or stamp):
        raise ConfigError(f"{project_dir}: Ribbon is not in this project, so there is nothing to remove.")
    made = [project_dir / path for path in before if path.endswith("/")] or [home.parent, settings.packages_dir]
    bare = {name for text in written.values() for name in names_written(text, package)}
    return Removal(
        project_dir=project_dir,
        texts=texts,
        folders=tuple(folders),
        parses=tuple(_parses(target_dir)),
        made=tuple(made),
        stays=tuple(path for path, text in wrappers.items() if text is not None),
        edited=tuple(edited_files(home, stamp)) if stamp else (),
        needs=tuple(find_needs(project_dir, settings, texts, bare)),
    )


def carry_out(removal: Removal) -> None:
    """Take it all out, or change nothing. Raises WorldError where something cannot be written."""
    with staging(removal.project_dir) as stage:
        new: dict[Path, Path | None] = dict.fromkeys(removal.folders)
        for number, (path, text) in enumerate(removal.texts.items()):
            new[path] = None
            if text is not None:
                write_all(stage, {f"file_{number}": text})
                (stage / f"file_{number}").chmod(path.stat().st_mode)
                new[path] = stage / f"file_{number}"
        replace_all(stage, new)
    for parse in removal.parses:
        parse.unlink(missing_ok=True)
    for folder in sorted(removal.made, key=lambda folder: len(folder.parts), reverse=True):
        with suppress(OSError):  # it is not empty
            folder.rmdir()


def _parses(target_dir: Path) -> Iterable[Path]:
    """The parses of dbt, also those of commands that wrote into a folder below."""
    return sorted(target_dir.rglob(PARTIAL_PARSE)) if target_dir.is_dir() else ()


def has_ribbon(project_dir: Path) -> bool:
    """Whether a project has anything of Ribbon: the entry, the package or the wrappers."""
    _, settings = read_project(project_dir / "dbt_project.yml")
    return settings.takes_ribbon or bool(read_stamp(project_dir / PLACE)) or bool(wrapper_files(project_dir, settings))


def wrapper_files(project_dir: Path, settings: Settings) -> list[Path]:
    """The files of macros that Ribbon wrote into the project, and that are still there."""
    stamp = read_stamp(project_dir / PLACE)
    stamped = [project_dir / path for path in stamp.wrappers] if stamp else []
    folders = [project_dir / folder for folder in settings.macro_paths]
    macros = (path for folder in folders for path in sorted(folder.rglob("*.sql")))
    written = [path for path in macros if is_written_by_us(path.read_text(encoding="utf-8", errors="replace"))]
    return [path for path in dict.fromkeys([*stamped, *written]) if path.is_file()]


def _left(text: str, package: Files) -> str | None:
    """What people wrote into a file of Ribbon's; None where they wrote nothing."""
    left = without_written(text, package)
    return left if left.strip() else None


def _in(project_dir: Path, path: Path) -> str:
    return path.relative_to(project_dir).as_posix()


def _listings(project_dir: Path, before: Mapping[str, str | None]) -> dict[Path, str | None]:
    """The file that lists packages and dbt's lock, without Ribbon's entry; those that have none are left out."""
    path, content = package_file(project_dir)
    lock = project_dir / LOCK
    found: dict[Path, str | None] = {}
    text = content.decode()
    left = _without_entry(text, path)
    if left != text:
        found[path] = _as_before(path, text, left, before)
    if lock.is_file():
        text = _read(lock)
        left = _without_entry(text, lock)
        if left != text:
            found[lock] = _lock_as_before(left, before.get(LOCK))
    return found


def _without_entry(text: str, path: Path) -> str:
    try:
        return without_items(text, "packages", _is_entry)
    except UnsafeEditError as error:
        raise ConfigError(
            f"{path}: the package cannot be taken out safely. Delete Ribbon's entry under `packages` by hand, then run"
            " this again."
        ) from error


def _as_before(path: Path, text: str, left: str, before: Mapping[str, str | None]) -> str | None:
    """The file as it was, where only Ribbon changed it since; None where it was made for Ribbon."""
    if path.name in before:
        then = before[path.name]
        if text == with_package(then or "", path):
            return then
    return left if left.strip() else None


def _lock_as_before(left: str, then: str | None) -> str | None:
    """The lock as it was, with dbt's own digest, where it names the same packages; None where it names none."""
    packages = _packages_in(left)
    if then is not None and _packages_in(then) == packages:
        return then
    return left if packages else None


def _packages_in(text: str) -> list[Any]:
    return list(parse_settings(text.encode(), Path(LOCK)).listed("packages"))


def _is_entry(entry: Any) -> bool:
    addresses = [str(entry.get(key) or "") for key in ADDRESSES] if isinstance(entry, dict) else []
    return any(re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git") in NAMES for address in addresses)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text. Save the file as UTF-8.") from error
