"""What is remembered of the site that was last written, in one SQLite file.

It is written in one transaction that ends when all pages are in their places: a build that is interrupted leaves the
old state, and the next one writes again whatever may be new already. Everything in it but the changes can be found
again, so a file that is damaged or of another form gives way to a new one.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from ribbon.catalog.load.groups import Member
from ribbon.catalog.site.changes import RelationShape
from ribbon.catalog.views import ChangeView
from ribbon.errors import BusyError, WorldError

__all__ = ["KEPT_CHANGES", "DamagedError", "Page", "State", "open_state", "remove_state"]

# Of the tables below; a file of another form is emptied.
_FORM = 2

# How long to wait for another process that writes, in seconds.
_PATIENCE_S = 10

KEPT_DAYS = 90
KEPT_CHANGES = 50

# pages are read whole on every run, the rest for what changed: apart, so that a run does not page through it.
_TABLES = """
create table if not exists pages (id text primary key, slug text, fingerprint blob) without rowid;
create table if not exists shapes (id text primary key, shape blob);
create table if not exists changes (id text, at text, what text);
create table if not exists members (id text primary key, member blob) without rowid;
create table if not exists other_pages (name text primary key, fingerprint blob, also text) without rowid;
create table if not exists names (id text primary key, rank text, entry blob);
create table if not exists texts (id text primary key, shard text, entry blob);
create index if not exists texts_by_shard on texts (shard);
"""


class DamagedError(Exception):
    """The file is not a state, or a corrupt one."""


@dataclass(frozen=True, slots=True)
class Page:
    """A relation's page as it was written.

    member: what it adds to its group. names, text: its entries in the search, encoded. rank: sorts the names.
    """

    unique_id: str
    slug: str
    fingerprint: bytes
    shape: RelationShape
    changes: tuple[ChangeView, ...]
    member: Member
    rank: str
    names: bytes
    shard: str
    text: bytes


class State:
    """The state within its transaction: as it was, changed by `keep` and `drop`.

    touched: the files of text whose entries have changed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.touched: set[str] = set()

    def pages(self) -> dict[str, tuple[str, bytes]]:
        """Slug and fingerprint of each page, by unique id."""
        found = self._connection.execute("select id, slug, fingerprint from pages")
        return {key: (slug, fingerprint) for key, slug, fingerprint in found}

    def shape(self, unique_id: str) -> RelationShape | None:
        """What the relation looked like; None where it is new."""
        found = self._connection.execute("select shape from shapes where id = ?", (unique_id,)).fetchone()
        try:
            return msgspec.json.decode(found[0], type=RelationShape) if found else None
        except msgspec.DecodeError as error:
            raise DamagedError(str(error)) from error

    def changes(self, now: datetime) -> Mapping[str, tuple[ChangeView, ...]]:
        """The latest changes, by unique id, the newest first."""
        oldest = (now - timedelta(days=KEPT_DAYS)).isoformat()
        changes: dict[str, list[ChangeView]] = {}
        rows = self._connection.execute(
            "select id, at, what from changes where at >= ? order by at desc, rowid", (oldest,)
        )
        for key, at, what in rows:
            changes.setdefault(key, []).append(ChangeView(datetime.fromisoformat(at), what))
        return {key: tuple(each[:KEPT_CHANGES]) for key, each in changes.items()}

    def keep(self, page: Page) -> None:
        """Remember a relation's page in place of the last one."""
        key = page.unique_id
        run = self._connection.execute
        run("insert or replace into pages values (?, ?, ?)", (key, page.slug, page.fingerprint))
        run("insert or replace into shapes values (?, ?)", (key, msgspec.json.encode(page.shape)))
        run("insert or replace into members values (?, ?)", (key, msgspec.msgpack.encode(page.member)))
        run("insert or replace into names values (?, ?, ?)", (key, page.rank, page.names))
        run("insert or replace into texts values (?, ?, ?)", (key, page.shard, page.text))
        self.touched.add(page.shard)
        run("delete from changes where id = ?", (key,))
        changes = [(key, change.at.astimezone(UTC).isoformat(), change.what) for change in page.changes]
        self._connection.executemany("insert into changes values (?, ?, ?)", changes)

    def drop(self, unique_ids: Iterable[str]) -> None:
        """Forget relations that are gone."""
        keys = [(key,) for key in unique_ids]
        for key in keys:
            self.touched.update(*self._connection.execute("select shard from texts where id = ?", key))
        for table in ("pages", "shapes", "members", "names", "texts", "changes"):
            self._connection.executemany(f"delete from {table} where id = ?", keys)  # noqa: S608 - names from above

    def members(self) -> dict[str, Member]:
        """What each relation adds to its group, by unique id."""
        decoder = msgspec.msgpack.Decoder(Member)
        try:
            return {key: decoder.decode(raw) for key, raw in self._connection.execute("select * from members")}
        except msgspec.DecodeError as error:
            raise DamagedError(str(error)) from error

    def other_page(self, name: str) -> tuple[bytes, tuple[str, ...]]:
        """The fingerprint of any other page, and the relations outside its group that it shows."""
        found = self._connection.execute("select fingerprint, also from other_pages where name = ?", (name,)).fetchone()
        return (found[0], tuple(filter(None, found[1].split("\n")))) if found else (b"", ())

    def keep_other_page(self, name: str, fingerprint: bytes, also: Iterable[str] = ()) -> None:
        """Remember any other page."""
        row = (name, fingerprint, "\n".join(also))
        self._connection.execute("insert or replace into other_pages values (?, ?, ?)", row)

    def names(self) -> Iterator[bytes]:
        """The entries of all names, in the order of their ranks."""
        return (row[0] for row in self._connection.execute("select entry from names order by rank, id"))

    def move(self, shards: Mapping[str, str]) -> None:
        """Move entries to their files of text. shards: by unique id."""
        found = self._connection.execute("select id, shard from texts").fetchall()
        moved = [(key, shard) for key, shard in found if shards[key] != shard]
        for key, shard in moved:
            self.touched |= {shard, shards[key]}
        update = "update texts set shard = ? where id = ?"
        self._connection.executemany(update, ((shards[key], key) for key, _ in moved))

    def texts(self, shard: str) -> list[bytes]:
        """The entries of a file of text."""
        found = self._connection.execute("select entry from texts where shard = ? order by id", (shard,))
        return [row[0] for row in found]


@contextmanager
def open_state(file: Path) -> Iterator[State]:
    """The state in `file`; changes are committed at the end, unless something is raised.

    A file of another form is emptied. Raises DamagedError where the file is not a state, BusyError where another
    process writes it, WorldError where it cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = off")  # all of it can be rebuilt
            connection.execute("begin immediate")
            _prepare(connection)
            yield State(connection)
            connection.execute("commit")
    except sqlite3.OperationalError as error:
        raise _explained(file, error) from error
    except sqlite3.DatabaseError as error:
        raise DamagedError(str(error)) from error
    except OSError as error:
        raise WorldError(f"{file}: cannot be written: {error.strerror}.") from error


def remove_state(file: Path) -> None:
    """Delete the file, its journal first: a journal that is left would be replayed into the next file."""
    for path in (file.with_name(f"{file.name}-journal"), file):
        path.unlink(missing_ok=True)


def _prepare(connection: sqlite3.Connection) -> None:
    (form,) = connection.execute("pragma user_version").fetchone()
    if form != _FORM:
        tables = connection.execute("select name from sqlite_schema where type = 'table'").fetchall()
        for (table,) in tables:
            connection.execute(f'drop table "{table}"')
        connection.execute(f"pragma user_version = {_FORM}")
    for statement in filter(str.strip, _TABLES.split(";")):
        connection.execute(statement)


def _explained(file: Path, error: sqlite3.OperationalError) -> WorldError:
    if "locked" in str(error):
        return BusyError(f"{file}: another process writes the site. Wait until it is done.")
    return WorldError(f"{file}: cannot be written: {error}. Make room or make it writable.")
