"""What an analysis found before, kept by content in one SQLite file.

A file belongs to one version of the analysis. An entry is found by what was analysed; whether it still holds, its
trace says. Whoever finds the file damaged starts a new one: everything in it can be found again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from ribbon.errors import WorldError

__all__ = ["Cache", "Entry", "New"]

# How long to wait for another process that writes, in seconds.
_PATIENCE_S = 10

# Entries that nobody used in this many writing runs go. Branches one switches between stay, old versions of SQL do not.
_KEPT_RUNS = 10

# entries are read whole on every run, bodies one by one: apart, so that a run does not page through the bodies.
# No id is ever used again: a reader that kept one finds its own body or none.
_TABLES = """
create table if not exists entries (id integer primary key autoincrement, key blob, trace blob, used integer);
create index if not exists entries_by_key on entries (key);
create table if not exists bodies (id integer primary key, body blob);
"""


class Entry(NamedTuple):
    """An analysis that is kept. trace: encoded."""

    id: int
    trace: bytes


class New(NamedTuple):
    """An analysis to keep. trace and body: encoded."""

    key: bytes
    trace: bytes
    body: bytes


class Cache:
    """The file `<kind>-<version>.sqlite` in `folder`. notes: what went wrong with it, as sentences for people."""

    def __init__(self, folder: Path, version: str, kind: str = "lineage") -> None:
        self.kind = kind
        self.file = folder / f"{kind}-{version}.sqlite"
        self.notes: list[str] = []
        self._reading: sqlite3.Connection | None = None

    def entries(self) -> Mapping[bytes, Sequence[Entry]]:
        """All that is kept, by key; where there are several of a key, the newest first."""
        entries: dict[bytes, list[Entry]] = {}
        if self.file.exists():
            with self._telling("everything is analysed anew"), self._opened() as connection:
                connection.executescript(_TABLES)
                for number, key, trace in connection.execute("select id, key, trace from entries order by id desc"):
                    entries.setdefault(key, []).append(Entry(number, trace))
        return entries

    def body(self, number: int) -> bytes:
        """The body of an entry, encoded. Raises WorldError where it is gone or the file is damaged."""
        try:
            if self._reading is None:
                self._reading = sqlite3.connect(
                    f"{self.file.absolute().as_uri()}?mode=ro", timeout=_PATIENCE_S, uri=True
                )
            found = self._reading.execute("select body from bodies where id = ?", (number,)).fetchall()
        except sqlite3.OperationalError as error:
            raise WorldError(f"{self.file}: cannot be read: {error}. Run it again.") from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(str(error)) from error
        if not found:
            raise WorldError(f"{self.file}: another run has dropped what this one was reading. Run it again.")
        return bytes(found[0][0])

    def damaged(self, reason: str) -> WorldError:
        """The error to raise where an entry cannot be read; the file is removed, so that the next run starts anew."""
        self._remove()
        return WorldError(f"{self.file}: damaged ({reason}). It has been removed: run it again.")

    def save(self, new: Sequence[New], used: Iterable[int]) -> None:
        """Keep these, note which of the kept ones were used, and drop what has been of no use for long."""
        with self._telling("nothing of this run is kept"):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._drop_other_versions()
            with self._opened() as connection:
                connection.executescript(_TABLES)
                with connection:
                    connection.execute("begin immediate")
                    _write(connection, new, used)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.file, timeout=_PATIENCE_S)) as connection:
            yield connection

    @contextmanager
    def _telling(self, consequence: str) -> Iterator[None]:
        """Go on without the cache where it fails, and say so; a damaged file is removed."""
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:  # locked, read-only, no space: the file itself is fine
            self.notes.append(f"{self.file}: the cache of {self.kind} cannot be used ({error}): {consequence}.")
        except sqlite3.DatabaseError as error:
            self._remove()
            self.notes.append(
                f"{self.file}: the cache of {self.kind} was damaged ({error}) and is removed: {consequence}."
            )

    def _remove(self) -> None:
        """The journal first: one that is left behind would be played into the next file."""
        for file in (self.file.with_name(f"{self.file.name}-journal"), self.file):
            file.unlink(missing_ok=True)

    def _drop_other_versions(self) -> None:
        for file in self.file.parent.glob(f"{self.kind}-*.sqlite*"):
            if not file.name.startswith(self.file.name):
                file.unlink(missing_ok=True)


def _write(connection: sqlite3.Connection, new: Iterable[New], used: Iterable[int]) -> None:
    run = connection.execute("pragma user_version").fetchone()[0] + 1
    connection.execute(f"pragma user_version = {int(run)}")
    for each in new:
        _insert(connection, each, run)
    # A row is written again only when it is halfway to being dropped: most runs touch next to nothing.
    connection.executemany(
        "update entries set used = ? where id = ? and used < ?",
        ((run, number, run - _KEPT_RUNS // 2) for number in used),
    )
    connection.execute("delete from bodies where id in (select id from entries where used < ?)", (run - _KEPT_RUNS,))
    connection.execute("delete from entries where used < ?", (run - _KEPT_RUNS,))


def _insert(connection: sqlite3.Connection, new: New, run: int) -> None:
    """Unless another process has meanwhile kept the same."""
    known = connection.execute("select 1 from entries where key = ? and trace = ?", (new.key, new.trace)).fetchone()
    if known is None:
        number = connection.execute(
            "insert into entries (key, trace, used) values (?, ?, ?)", (new.key, new.trace, run)
        ).lastrowid
        connection.execute("insert into bodies values (?, ?)", (number, new.body))
