"""Which files are of one table: by folder, kind and name, where a date or a number may follow the table's name."""

import glob
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ribbon.engines.delivered_file import compression_of
from ribbon.engines.postgresql import DatabaseTable
from ribbon.engines.sniffing import kind_of, sqlite_tables
from ribbon.model import FileFormat, FileKind

__all__ = ["FileGroup", "files_in", "groups_of_files", "snake"]

# What follows the table's name in the name of a file: a date, a number, the part of a split file.
SUFFIX = re.compile(r"([-_.]?(part|v)?[-_.]?\d[\d_.T:-]*Z?)+$", re.IGNORECASE)


@dataclass(frozen=True)
class FileGroup:
    """Files of one table. folder: of the source; pattern: finds the files in it. format: what is known of it.

    is_series: whether their names have a date or a number, so that others will come beside them. origin: the database
    of which the file is a table. declared: what that says of it.
    """

    table: str
    folder: Path
    pattern: str
    files: tuple[Path, ...]
    format: FileFormat
    is_series: bool
    origin: str | None = None
    declared: DatabaseTable | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The files, relative to the folder, or the table."""
        if self.declared:
            return (self.declared.name,)
        return tuple(str(file.relative_to(self.folder)) for file in self.files)


def files_in(folder: Path) -> list[Path]:
    """The files of a folder and of those in it that may hold data. A .txt there is more likely to be read by people."""
    found = (*folder.glob("*"), *folder.glob("*/*"))
    return sorted(file for file in found if file.is_file() and file.suffix.lower() != ".txt")


def groups_of_files(folder: Path, files: Iterable[Path], beside: Collection[Path]) -> Iterator[FileGroup]:
    """The tables of files in a folder, or one folder below it. Files that are no data by their name are left out.

    beside: all files there, so that no pattern finds one of another table.
    """
    found: dict[tuple[Path, str, FileKind], list[Path]] = {}
    for file in sorted(files):
        kind = kind_of(file)
        if kind is FileKind.SQLITE:
            yield from _tables_of(folder, file)
        elif kind and not file.name.startswith((".", "_")):
            name = file.parent.name if file.parent != folder else _without_number(_stem(file))
            found.setdefault((file.parent, name, kind), []).append(file)
    for (place, name, kind), group in found.items():
        below = "" if place == folder else f"{glob.escape(place.name)}/"
        pattern = _pattern(place, name if not below else "", group, beside)
        if pattern:
            is_series = len(group) > 1 or name != _stem(group[0])
            yield FileGroup(snake(name) or "data", folder, below + pattern, tuple(group), FileFormat(kind), is_series)


def _tables_of(folder: Path, file: Path) -> Iterator[FileGroup]:
    pattern = glob.escape(str(file.relative_to(folder)))
    for table in sqlite_tables(file):
        reads = FileFormat(FileKind.SQLITE, table=table)
        yield FileGroup(snake(table) or "data", folder, pattern, (file,), reads, is_series=False)


def _stem(file: Path) -> str:
    """The name without its ends: trips of trips.csv.gz."""
    plain = file.with_suffix("") if compression_of(file) else file
    return plain.stem


def _without_number(stem: str) -> str:
    return SUFFIX.sub("", stem) or stem


def _pattern(place: Path, name: str, group: list[Path], beside: Collection[Path]) -> str | None:
    """A glob that finds these files and no other; None where there is none."""
    ends = {"".join(file.name.removeprefix(_stem(file))) for file in group}
    end = ends.pop() if len(ends) == 1 else f"{_kind_end(group[0])}*"
    start = glob.escape(name)
    others = [file for file in beside if file.parent == place and file not in group]
    for middle in ("*", "[0-9]*", "[-_.][0-9]*", ""):
        pattern = f"{start}{middle}{end}"
        finds = [file for file in (*group, *others) if file.match(pattern)]
        if len(finds) == len(group) and not set(finds) & set(others):
            return pattern
    return glob.escape(group[0].name) if len(group) == 1 else None


def _kind_end(file: Path) -> str:
    """`.csv` of trips.csv.gz."""
    return (file.with_suffix("") if compression_of(file) else file).suffix


def snake(name: str) -> str:
    """A name in snake case, of letters that ASCII has."""
    plain = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("æ", "ae").replace("Æ", "Ae")
    letters = "".join(each for each in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(each))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", letters)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
