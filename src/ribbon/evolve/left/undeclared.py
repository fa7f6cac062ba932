"""Files beside those that the contracts name: tables that are delivered, and that nobody declared."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import BatchFacts, facts_of_batch
from ribbon.errors import WorldError
from ribbon.evolve.left.deliveries import Deliveries

__all__ = ["UndeclaredTable", "undeclared_tables"]

# What follows the name of a table in the name of a file: a date, a number, the part of a split.
SUFFIX = re.compile(r"([-_.]?(part|v)?[-_.]?\d[\d_.T:-]*Z?)+$", re.IGNORECASE)


@dataclass(frozen=True)
class UndeclaredTable:
    """files: relative to the origin, with the pattern that finds them. source: any of the system that is declared."""

    system: str
    table: str
    pattern: str
    files: tuple[str, ...]
    sibling: Deliveries
    facts: BatchFacts


def undeclared_tables(project: ProjectPaths, sources: Mapping[str, Deliveries]) -> tuple[UndeclaredTable, ...]:
    """The tables that lie in the folder of a system, or in a folder in it, without being of any contract."""
    by_folder: dict[Path, list[Deliveries]] = {}
    for each in sources.values():
        if each.origin:
            by_folder.setdefault(each.origin, []).append(each)
    return tuple(found for folder, declared in by_folder.items() for found in _in_folder(project, folder, declared))


def _in_folder(project: ProjectPaths, folder: Path, declared: list[Deliveries]) -> list[UndeclaredTable]:
    known = {file for each in declared for file in folder.glob(each.source.files)}
    stray: dict[tuple[str, str], list[Path]] = {}
    for file in sorted([*folder.glob("*.parquet"), *folder.glob("*/*.parquet")]):
        if file not in known:
            stray.setdefault(_table_of(file, folder), []).append(file)
    found = []
    for (table, pattern), files in stray.items():
        try:
            facts = facts_of_batch(files, (), project.memory_limit, project.data_dir / "tmp")
        except WorldError:
            continue
        names = tuple(str(file.relative_to(folder)) for file in files)
        taken = {each.source.table for each in declared}
        if table not in taken:
            found.append(UndeclaredTable(declared[0].source.system, table, pattern, names, declared[0], facts))
    return found


def _table_of(file: Path, folder: Path) -> tuple[str, str]:
    """The table's name in snake case, and the pattern that finds its files."""
    if file.parent != folder:
        return _snake(file.parent.name), f"{file.parent.name}/*.parquet"
    stem = SUFFIX.sub("", file.stem) or file.stem
    return _snake(stem), f"{stem}*.parquet"


def _snake(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
