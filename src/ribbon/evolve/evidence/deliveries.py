"""What a source has delivered: batches in the lake, files on offer, tables that no contract declares."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType

import msgspec

from ribbon.batch_record import BatchFacts, ExpectationResult, read_batch_record
from ribbon.config import ProjectPaths
from ribbon.engines.batch_profile import columns_of_files, facts_of_batch
from ribbon.errors import ConfigError, WorldError
from ribbon.evolve.evidence.file_groups import FileGroup, files_in, groups_of_files
from ribbon.model import SourceTable
from ribbon.origins import origin_folder

__all__ = ["Batch", "Deliveries", "UndeclaredFiles", "holds_late_rows", "undeclared_files"]


class BatchFactsCache:
    """The facts of a source's batches, cached in the data folder; new ones are saved at the end of a `with`.

    hidden: columns that are not read. The file may be deleted at any time.
    """

    def __init__(self, project: ProjectPaths, source: str, hidden: Collection[str]) -> None:
        self._project = project
        self._hidden = hidden
        self._path = project.data_dir / "evolve" / f"{source}.json"
        self._known = _read(self._path)
        self._used: dict[str, BatchFacts] = {}

    def __enter__(self) -> "BatchFactsCache":
        """The cache itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Save the facts of the batches that exist; where that fails, they are counted again next time."""
        if kind is None and self._used != self._known:
            draft = self._path.with_suffix(".draft")
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(msgspec.json.encode(self._used))
                draft.replace(self._path)
            except OSError:
                return

    def facts(self, files: Sequence[Path]) -> BatchFacts:
        """The facts of the batch with these files."""
        key = self._key(files)
        found = self._known.get(key)
        if found is None:
            found = facts_of_batch(files, self._hidden, self._project.memory_limit, self._project.data_dir / "tmp")
        self._used[key] = found
        return found

    def _key(self, files: Sequence[Path]) -> str:
        stamps = [(file.name, found.st_size, found.st_mtime_ns) for file in files for found in [file.stat()]]
        return f"{files[0].parent.name} {stamps} {sorted(self._hidden)}"


def _read(path: Path) -> dict[str, BatchFacts]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, BatchFacts])
    except (OSError, msgspec.MsgspecError):
        return {}


@dataclass(frozen=True)
class Batch:
    """A batch in the lake or in quarantine. landed_at: UTC. broken: failed expectations, with their row counts.

    facts: as its record has them, None where nobody counted when it landed.
    """

    id: str
    files: tuple[Path, ...]
    landed_at: datetime
    broken: tuple[str, ...] = ()
    facts: BatchFacts | None = None

    @property
    def is_late(self) -> bool:
        """Whether it holds late rows of a batch that had landed before."""
        return holds_late_rows(self.id)


def holds_late_rows(batch_id: str) -> bool:
    """Whether a batch holds rows that came after those of its name, as day-01.2 does, or that were set aside once."""
    before, _, number = batch_id.rpartition(".")
    return (number.isdigit() and "-" in before) or batch_id.endswith("-rows")


@dataclass(frozen=True)
class Deliveries:
    """All deliveries of one source. offered_in: a folder with files on offer, instead of the contract's."""

    project: ProjectPaths
    source: SourceTable
    offered_in: Path | None = None

    @property
    def origin(self) -> Path | None:
        """The folder of its files before they land; None where that is unknown."""
        try:
            return self.offered_in or origin_folder(self.project, self.source)
        except ConfigError:
            return None

    @cached_property
    def landed(self) -> tuple[Batch, ...]:
        """The batches in the lake, oldest first."""
        return _batches(self.project.lake_dir / self.source.system / self.source.table)

    @cached_property
    def quarantined(self) -> tuple[Batch, ...]:
        """The batches in quarantine, oldest first."""
        return _batches(self.project.quarantine_dir / self.source.system / self.source.table)

    @cached_property
    def facts(self) -> Mapping[str, BatchFacts]:
        """What each landed batch holds, by its id; counted once, because a batch never changes."""
        with self._cache(str(self.source)) as cache:
            return {
                batch.id: _without_bounds(batch.facts, self._hidden) if batch.facts else cache.facts(batch.files)
                for batch in self.landed
            }

    @cached_property
    def newest_offer(self) -> tuple[Path, BatchFacts] | None:
        """The newest file on offer with its facts, counted again only when the file changes; None without one."""
        if not self.offered:
            return None
        file = max(self.offered, key=lambda each: (each.stat().st_mtime_ns, each.name))
        with self._cache(f"{self.source}.offer") as cache:
            return file, cache.facts((file,))

    @cached_property
    def offered(self) -> Mapping[Path, Mapping[str, str]]:
        """The files on offer with their columns."""
        found = {}
        for file in sorted(self.origin.glob(self.source.files)) if self.origin and self.source.files else ():
            try:
                found[file] = columns_of_files([file])
            except WorldError:
                continue  # landing reports it
        return found

    @property
    def _hidden(self) -> frozenset[str]:
        return frozenset(column.name for column in self.source.columns if column.restricted)

    def _cache(self, name: str) -> BatchFactsCache:
        return BatchFactsCache(self.project, name, self._hidden)


def _without_bounds(facts: BatchFacts, hidden: Collection[str]) -> BatchFacts:
    """The facts without the values of columns that are restricted by now."""
    columns = {
        name: msgspec.structs.replace(each, lowest=None, highest=None) if name in hidden else each
        for name, each in facts.columns.items()
    }
    return BatchFacts(facts.rows, columns)


def _batches(folder: Path) -> tuple[Batch, ...]:
    found = (_batch(each) for each in folder.glob("batch=*"))
    return tuple(sorted((batch for batch in found if batch), key=lambda batch: (batch.landed_at, batch.id)))


def _batch(folder: Path) -> Batch | None:
    """A batch; None where it has no files or no record, which is no matter of evolution."""
    files = tuple(sorted(folder.glob("*.parquet")))
    try:
        record = read_batch_record(folder)
    except WorldError:
        return None
    broken = tuple(_broken(record.expectations))
    batch_id = folder.name.removeprefix("batch=")
    return Batch(batch_id, files, record.landed_at.astimezone(UTC), broken, record.facts) if files else None


def _broken(results: Iterable[ExpectationResult]) -> Iterator[str]:
    for each in results:
        if not each.met:
            column = f"{each.column}: " if each.column else ""
            rows = f" in {each.unexpected} of {each.measured} rows" if each.unexpected is not None else ""
            yield f"{column}{each.expectation}{rows}"


@dataclass(frozen=True)
class UndeclaredFiles:
    """Files of a table that no contract declares. sibling: a declared source of the same system."""

    group: FileGroup
    sibling: Deliveries


def undeclared_files(sources: Mapping[str, Deliveries]) -> Iterator[UndeclaredFiles]:
    """The tables in the folder of a system, or one folder below, that no contract declares."""
    by_folder: dict[Path, list[Deliveries]] = {}
    for each in sources.values():
        if each.origin and each.source.files:
            by_folder.setdefault(each.origin, []).append(each)
    for folder, declared in by_folder.items():
        known = {file for each in declared for file in folder.glob(each.source.files)}
        taken = {each.source.table for each in declared}
        there = files_in(folder)
        for group in groups_of_files(folder, [file for file in there if file not in known], there):
            if group.table not in taken:
                yield UndeclaredFiles(group, declared[0])
