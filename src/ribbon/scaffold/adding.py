"""Sources from a person's own files: contract, page and staging model, written all or not at all."""

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from ribbon.engines.postgresql import database_tables, write_table
from ribbon.engines.sniffing import kind_of
from ribbon.errors import ConfigError, DeliveryError
from ribbon.evolve.apply import write_edits
from ribbon.evolve.edit_yaml import YamlText
from ribbon.evolve.evidence.file_groups import FileGroup, files_in, groups_of_files, snake
from ribbon.evolve.new_model import SourceModel, declare_source, document_source, model_files
from ribbon.evolve.new_source import Layout, LookedAt, is_plain, look_at, new_source
from ribbon.model import Edit, FileFormat, FileKind, SourceTable
from ribbon.origins import has_files, origin_folder, without_password
from ribbon.project import Project

__all__ = ["Added", "Addition", "Place", "place_of", "plan_addition", "write_addition"]

# Folders whose names say nothing about whose files they hold.
ANYONES = {"files", "file", "data", "downloads", "download", "tmp", "temp", "input", "inputs", "export", "exports"}

BLOCK = re.compile(r"{%-?\s*docs\s+(\w+)")


@dataclass(frozen=True)
class Place:
    """A project that sources are added to. home: where it will lie, where `folder` is not that yet.

    sources, with the folders that hold their files: those that Ribbon lands. names: of all sources, as (system, table).
    models: names of models, seeds and snapshots.
    """

    folder: Path
    home: Path
    memory_limit: str
    sources: Sequence[tuple[SourceTable, Path | None]] = ()
    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    models: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """A name for a system without one: the project's."""
        name = snake(self.home.name)
        return name if is_plain(name) else f"project_{name}".rstrip("_")

    def text(self, path: str) -> str | None:
        """A file of the project; None where there is none."""
        try:
            return (self.folder / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None


@dataclass(frozen=True)
class Added:
    """A table that was looked at, and its source."""

    looked: LookedAt
    source: SourceModel


@dataclass(frozen=True)
class Addition:
    """What is to be written. known: tables that are declared already. left_out: files that are not added, and why."""

    added: tuple[Added, ...]
    edits: tuple[Edit, ...]
    known: tuple[SourceTable, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def place_of(project: Project) -> Place:
    """A project that exists."""
    paths = project.paths
    return Place(
        folder=paths.project_dir,
        home=paths.project_dir,
        memory_limit=paths.memory_limit,
        sources=[
            (source, origin_folder(paths, source) if has_files(source.origin) else None)
            for source in project.sources_by_id.values()
        ],
        names={
            (str(node.source_name), node.name): str(node.original_file_path)
            for node in project.nodes.values()
            if node.resource_type == "source"
        },
        models=frozenset(node.name for node in project.nodes.values() if node.resource_type != "source"),
    )


def plan_addition(
    place: Place, paths: Sequence[Path | str], system: str | None = None, table: str | None = None
) -> Addition:
    """Look at files, folders of files, SQLite files and databases, which are URLs, and say what is to be written.

    system: the name of whoever delivers them; table: of the one table. Raises ConfigError where something is declared
    already or cannot be named, DeliveryError where a file cannot be landed.
    """
    with tempfile.TemporaryDirectory(prefix="ribbon-") as rows:
        found = [each for path in paths for each in _tables_at(path, Path(rows))]
        return _planned(place, found, paths, system, table)


def _planned(
    place: Place,
    found: Sequence[tuple[FileGroup, bool]],
    paths: Sequence[Path | str],
    system: str | None,
    table: str | None,
) -> Addition:
    groups, known = _undeclared(place, [each for each, _ in found])
    left_out: list[tuple[str, str]] = []
    is_folder = {id(group): listed for group, listed in found}
    if table and len(groups) != 1:
        raise ConfigError(f"--table names one table, but there are {len(groups)}: {_named(groups)}. Leave it out.")
    added: list[Added] = []
    layout = Layout.of(place.folder)
    for group in groups:
        given = group
        if table:
            given = replace(group, table=_checked_name("--table", table))
        elif not is_plain(group.table):
            given = replace(group, table=f"{snake(place.name)}_{group.table}")
        try:
            with tempfile.TemporaryDirectory(prefix="ribbon-") as scratch:
                looked = look_at(given, place.memory_limit, Path(scratch))
        except DeliveryError as error:
            if not is_folder[id(group)]:
                raise
            left_out.append((group.names[0], str(error)))
            continue
        added.append(Added(looked, _source(place, layout, looked, system, added)))
    if not added:
        raise ConfigError(_nothing(paths, known, left_out))
    return Addition(tuple(added), tuple(_edits(place, added)), tuple(known), tuple(left_out))


def write_addition(place: Place, addition: Addition) -> None:
    """Write it all. Raises WorldError where that fails; then nothing has changed."""
    write_edits(place.folder, addition.edits)


def _tables_at(path: Path | str, rows: Path) -> Iterator[tuple[FileGroup, bool]]:
    """The tables of a path, and whether it is a folder, of which one file may be left out.

    rows: a folder for those of databases.
    """
    if isinstance(path, str):
        yield from ((group, False) for group in _tables_of_database(path, rows))
        return
    if path.is_dir():
        files = files_in(path)
        groups = list(groups_of_files(path, files, files))
        if not groups:
            raise ConfigError(f"{path}: holds no CSV, JSON lines, Parquet or SQLite file. Name a folder that does.")
        yield from ((group, True) for group in groups)
        return
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file or folder.")
    if kind_of(path) is None:
        hint = "Save each sheet as CSV, and add that." if path.suffix.lower() in {".xlsx", ".xls", ".ods"} else ""
        raise ConfigError(
            f"{path}: is not a file that Ribbon lands by its name: .csv, .tsv, .txt, .jsonl, .ndjson, .parquet (text"
            f" also as .gz or .zst), .db or .sqlite. {hint or 'Rename or convert it.'}"
        )
    groups = list(groups_of_files(path.parent, [path], files_in(path.parent)))
    if not groups:
        raise ConfigError(f"{path}: has no table that can be read.")
    yield from ((group, False) for group in groups)


def _tables_of_database(url: str, rows: Path) -> Iterator[FileGroup]:
    """The tables of a database, or the one that is named behind `#`, each as a file of its rows."""
    database, _, only = without_password(url, "the database").partition("#")
    tables = database_tables(database, only or None)
    if not tables:
        raise ConfigError(f"{database}: has no table that this user may read.")
    bare = Counter(_last_name(table.name) for table in tables)
    for number, table in enumerate(tables):
        file = rows / str(number) / table.name.replace("/", "_")
        write_table(database, table.name, file)
        name = _last_name(table.name) if bare[_last_name(table.name)] == 1 else snake(table.name)
        reads = FileFormat(FileKind.POSTGRESQL, table=table.name)
        yield FileGroup(name or "data", file.parent, "", (file,), reads, False, database, table)


def _last_name(table: str) -> str:
    """Orders of public.orders."""
    return snake(table.rpartition(".")[2] if '"' not in table else table.partition(".")[2])


def _undeclared(place: Place, groups: Sequence[FileGroup]) -> tuple[list[FileGroup], list[SourceTable]]:
    """The groups of which no file is landed yet, and the sources of the others."""
    left, known = [], []
    for group in groups:
        source = next((each for each, folder in place.sources if _lands(each, folder, group)), None)
        if source:
            known.append(source)
        else:
            left.append(group)
    return left, known


def _lands(source: SourceTable, folder: Path | None, group: FileGroup) -> bool:
    if group.origin or folder is None:
        return (source.origin, source.format.table) == (group.origin, group.format.table)
    if source.format.kind is FileKind.SQLITE and source.format.table != group.format.table:
        return False
    landed = {file.resolve() for file in folder.glob(source.files)}
    return any(file.resolve() in landed for file in group.files)


def _source(place: Place, layout: Layout, looked: LookedAt, system: str | None, before: Sequence[Added]) -> SourceModel:
    group = looked.group
    folder = group.folder.resolve()
    beside = next(
        (source.system for source, origin in place.sources if folder == origin or source.origin == group.origin), None
    )
    name = _checked_name("--system", system) if system else beside or _system_of(place, group)
    taken = {**place.names, **{(each.source.system, each.source.table): "another file" for each in before}}
    if (name, group.table) in taken:
        raise ConfigError(
            f"{group.names[0]}: the table {name}.{group.table} is there already, in {taken[name, group.table]}. Name"
            " another with --table or --system."
        )
    tables = {table for _, table in taken}
    identifier = f"{name}_{group.table}" if group.table in tables else None
    new = new_source(looked, name, layout, group.origin or _origin(place, group.folder), identifier)
    if new.name in place.models:
        raise ConfigError(f"{group.names[0]}: there is a model {new.name} already. Name another table with --table.")
    return new


def _system_of(place: Place, group: FileGroup) -> str:
    if group.origin:
        database = snake(urlsplit(group.origin).path.strip("/"))
        return database if is_plain(database) else place.name
    if group.format.kind is FileKind.SQLITE:
        stem = snake(group.files[0].stem)
        return stem if is_plain(stem) else place.name
    folder = group.folder.resolve()
    name = snake(folder.name)
    is_own = folder in {place.home, place.folder, Path.home(), Path.cwd()}
    return place.name if is_own or name in ANYONES or not is_plain(name) else name


def _checked_name(option: str, name: str) -> str:
    if not is_plain(name):
        raise ConfigError(f"{option} {name}: is no name that needs no quotes. Use small letters, digits, underscores.")
    return name


def _origin(place: Place, folder: Path) -> str:
    """How a contract names the folder: as it was given, seen from the project."""
    if folder.is_absolute() and not folder.resolve().is_relative_to(place.home):
        return str(folder)
    return Path(os.path.relpath(folder.resolve(), place.home)).as_posix()


def _edits(place: Place, added: Sequence[Added]) -> Iterator[Edit]:
    """One edit a file; several tables of a system go into one contract and one page."""
    changed: dict[str, Edit] = {}
    blocks = _blocks(place)

    def change(path: str, make: Edit) -> None:
        first = changed.get(path)
        changed[path] = Edit(path, first.before if first else make.before, make.after)

    def text(path: str) -> str | None:
        return changed[path].after if path in changed else place.text(path)

    for each in added:
        new = each.source
        contract = _contract_of(place, new)
        written = text(contract)
        if written and _origin_in(written, new.system) == new.files["from"]:
            new = replace(new, files={key: value for key, value in new.files.items() if key != "from"})
        declared = declare_source(written, contract, new)
        if declared is None:
            raise ConfigError(f"{contract}: has a form that Ribbon does not edit. Name another system with --system.")
        change(contract, declared)
        if new.page:
            page = f"docs/lake/{new.system}.md"
            for block in {f"{new.system}_{new.table}", *([] if text(page) else [new.system])} & set(blocks):
                raise ConfigError(f"{blocks[block]}: has a docs block {block} already. Name another with --system.")
            change(page, document_source(text(page), page, new))
        for edit in model_files(new.model):
            if text(edit.path) is not None:
                raise ConfigError(f"{edit.path}: is there already. Name another table with --table.")
            change(edit.path, edit)
    yield from changed.values()


def _contract_of(place: Place, new: SourceModel) -> str:
    known = next((path for (system, _), path in place.names.items() if system == new.system), None)
    return known or f"{'expectations' if new.contracts else 'models'}/lake/{new.system}.yml"


def _origin_in(contract: str, system: str) -> str | None:
    return YamlText(contract).value("sources", ("name", system), "config", "meta", "from")


def _blocks(place: Place) -> dict[str, str]:
    """The docs blocks of the project, with the files that have them."""
    found: dict[str, str] = {}
    for folder in ("docs", "models"):
        for page in sorted((place.folder / folder).rglob("*.md")):
            names = BLOCK.findall(page.read_text(encoding="utf-8", errors="replace"))
            found |= dict.fromkeys(names, str(page.relative_to(place.folder)))
    return found


def _named(groups: Iterable[FileGroup]) -> str:
    return ", ".join(group.table for group in groups) or "none"


def _nothing(paths: Sequence[Path | str], known: Sequence[SourceTable], left_out: Sequence[tuple[str, str]]) -> str:
    declared = [f"{source} is declared in {source.contract}." for source in known[:1]]
    if len(known) > 1:
        declared = [f"{len(known)} tables are declared already, such as {known[0]} in {known[0].contract}."]
    return " ".join((f"{', '.join(map(str, paths))}: nothing to add.", *declared, *(reason for _, reason in left_out)))
