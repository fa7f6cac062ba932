"""What Ribbon stores of its own: the cache, which may be deleted at any time, and history, which may not.

The cache is one SQLite file beside dbt's artifacts.

An entry is found by a key made from everything its value was computed from, so no entry is ever out of date. Entries
of a kind (lineage, branches, ...) belong to a version, a digest of the code that computes them: another version starts
with none. Where the file is damaged, locked, read-only or the disk is full, a command goes on without it and says so.
Writes are transactions; processes may share the file and be killed while they write.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar, NamedTuple

import ribbon
from ribbon.errors import WorldError

__all__ = ["FILE", "Cache", "Entry", "New", "code_version", "history_file"]

FILE = "cache.sqlite"

# Of the tables below; a file of another form is emptied by the next write.
_FORM = 1

# How long to wait for another process that writes, in seconds: a command goes on without the cache, but not without the
# bodies of entries that it took from it.
_PATIENCE_S = 1
_PATIENCE_FOR_BODIES_S = 10

# Entries unused for this many writing runs of their kind are dropped: switching branches keeps them, old SQL goes.
_RUNS_UNUSED = 10

# Heads are read whole on every run, bodies one by one: apart, so that a run does not page through the bodies.
_TABLES = (
    "create table kinds (id integer primary key, name text unique, version text, runs integer)",
    "create table entries (id integer primary key autoincrement, kind integer, used integer, key blob, head blob)",
    "create index entries_by_key on entries (kind, key)",
    "create table bodies (id integer primary key, body blob)",
)


# The ids come from the index alone; rows in the order of ids are read three times faster than in that of the index.
_OF_KIND = """
select id, key, head from entries
where id in (select id from entries where kind = (select id from kinds where name = ? and version = ?))
order by id desc
"""


class Entry(NamedTuple):
    """A cached value. head: the part of it that is read at once; the rest is read by `id`."""

    id: int
    head: bytes


class New(NamedTuple):
    """A value to cache. There may be several of a key that differ in their heads."""

    key: bytes
    head: bytes = b""
    body: bytes = b""


class Cache:
    """The entries of one kind and version in `folder`/cache.sqlite. notes: what went wrong, as sentences for users."""

    # Files that could not be used: no other kind of this process waits for them again.
    _held: ClassVar[set[Path]] = set()

    def __init__(self, folder: Path, kind: str, version: str) -> None:
        self.file = folder / FILE
        self.notes: list[str] = []
        self._kind, self._version = kind, version
        self._reader: sqlite3.Connection | None = None

    def entries(self) -> Mapping[bytes, Sequence[Entry]]:
        """All entries by key; of several with one key, the newest first."""
        entries: dict[bytes, list[Entry]] = {}
        if self.file.exists():
            with self._tolerating("Everything is computed again."), self._opened() as connection:
                for number, key, head in self._rows(connection):
                    entries.setdefault(key, []).append(Entry(number, head))
        return entries

    def body(self, number: int) -> bytes:
        """The body of an entry. Raises WorldError where it is gone or the file is damaged."""
        try:
            if self._reader is None:
                uri = f"{self.file.absolute().as_uri()}?mode=ro"
                self._reader = sqlite3.connect(uri, timeout=_PATIENCE_FOR_BODIES_S, uri=True)
            found = self._reader.execute("select body from bodies where id = ?", (number,)).fetchall()
        except sqlite3.OperationalError as error:
            raise WorldError(f"{self.file}: cannot be read: {error}. Run it again.") from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(str(error)) from error
        if not found:
            raise WorldError(f"{self.file}: another run dropped an entry that this one was reading. Run it again.")
        return bytes(found[0][0])

    def damaged(self, reason: str) -> WorldError:
        """The error to raise where a body cannot be decoded. Removes the file, so that the next run starts fresh."""
        self._remove()
        return WorldError(f"{self.file}: damaged ({reason}). It has been removed: run it again.")

    def save(self, new: Sequence[New], used: Iterable[int] = ()) -> None:
        """Cache new values, mark the used entries by id, drop entries unused for long. Without new ones, do nothing."""
        if not new:
            return
        with self._tolerating("Nothing from this run is cached."):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self._opened() as connection, connection:
                connection.execute("begin immediate")
                _prepare(connection)
                self._write(connection, new, used)

    def _rows(self, connection: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
        if _form(connection) != _FORM:
            return iter(())
        return connection.execute(
            _OF_KIND,
            (self._kind, self._version),
        )

    def _write(self, connection: sqlite3.Connection, new: Iterable[New], used: Iterable[int]) -> None:
        kind, run = self._begin_run(connection)
        for each in new:
            _insert(connection, kind, run, each)
        # A row is updated only when it is halfway to being dropped: most runs update next to nothing.
        connection.executemany(
            "update entries set used = ? where id = ? and used < ?",
            ((run, number, run - _RUNS_UNUSED // 2) for number in used),
        )
        _drop(connection, kind, before=run - _RUNS_UNUSED)

    def _begin_run(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """The kind's id and the number of this run. Drops what another version computed."""
        connection.execute("insert or ignore into kinds (name, runs) values (?, 0)", (self._kind,))
        found = connection.execute("select id, version, runs + 1 from kinds where name = ?", (self._kind,))
        kind, other, run = found.fetchone()
        if other != self._version:
            _drop(connection, kind, before=run)
        connection.execute("update kinds set version = ?, runs = ? where id = ?", (self._version, run, kind))
        return kind, run

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        patience = 0 if self.file in self._held else _PATIENCE_S
        with closing(sqlite3.connect(self.file, timeout=patience, isolation_level=None)) as connection:
            yield connection

    @contextmanager
    def _tolerating(self, consequence: str) -> Iterator[None]:
        """Go on without the cache where it fails, with a note; a damaged file is removed."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:  # locked, read-only, disk full: the file itself is fine
            self._held.add(self.file)
            self.notes.append(f"{self.file}: the cache cannot be used ({error}). {consequence}")
        except sqlite3.DatabaseError as error:
            self._remove()
            self.notes.append(f"{self.file}: the cache was damaged ({error}) and has been removed. {consequence}")

    def _remove(self) -> None:
        """The journal first: one that is left behind would be replayed into the next file."""
        for file in (self.file.with_name(f"{self.file.name}-journal"), self.file):
            file.unlink(missing_ok=True)


def history_file(folder: Path, name: str, former: Path) -> Path:
    """The path of a file of history in `folder`, which git ignores.

    A file that an earlier version of Ribbon left in the folder `former` is moved over; where that is impossible, it is
    used where it is.
    """
    file, old = folder / name, former / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignored = folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", encoding="utf-8")
        if file.exists():
            return file
        # A write-ahead log first: without its log, a moved database would lack what was written last.
        for each in (*former.glob(f"{name}.*"), *former.glob(name)):
            shutil.move(each, folder / each.name)
    except OSError:
        return old if old.is_file() else file
    return file


def code_version(code: Iterable[str], *packages: str) -> str:
    """A short digest of some of Ribbon's files and folders, by their paths in it, and of the versions of packages."""
    digest = blake2b(" ".join(map(version, packages)).encode(), digest_size=6)
    root = Path(ribbon.__file__).parent
    for path in (root / name for name in code):
        for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _form(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables, within a transaction."""
    if _form(connection) == _FORM:
        return
    names = connection.execute("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    for (name,) in names.fetchall():
        connection.execute(f'drop table "{name}"')
    for statement in _TABLES:
        connection.execute(statement)
    # No id is ever used twice, not even by the next file: a reader that holds an id finds its own body or none.
    connection.execute("insert into sqlite_sequence values ('entries', ?)", (time.time_ns(),))
    connection.execute(f"pragma user_version = {_FORM:d}")


def _insert(connection: sqlite3.Connection, kind: int, run: int, new: New) -> None:
    """Unless another process has cached the same meanwhile."""
    same = "select 1 from entries where kind = ? and key = ? and head = ?"
    if connection.execute(same, (kind, new.key, new.head)).fetchone():
        return
    row = "insert into entries (kind, key, head, used) values (?, ?, ?, ?)"
    number = connection.execute(row, (kind, new.key, new.head, run)).lastrowid
    if new.body:
        connection.execute("insert into bodies values (?, ?)", (number, new.body))


def _drop(connection: sqlite3.Connection, kind: int, before: int) -> None:
    """Drop the kind's entries that were last used before this run."""
    old = connection.execute(
        "select id from entries where id in (select id from entries where kind = ?) and used < ?", (kind, before)
    ).fetchall()
    connection.executemany("delete from bodies where id = ?", old)
    connection.executemany("delete from entries where id = ?", old)
