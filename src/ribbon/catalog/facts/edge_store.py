"""Edges of the lineage, kept between builds: without expressions, so that all of them are read in a moment.

They are found by the digest of the lineage that they come from, so nothing kept is ever out of date. Whoever finds the
file damaged starts a new one: everything in it can be found again.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

__all__ = ["EdgeStore", "Join", "NodeEdges"]

# How long to wait for another process, in seconds.
_PATIENCE_S = 10

# SQLite keeps the version in this many bits, without the sign.
_VERSIONS = 1 << 31

_TABLE = "create table if not exists edges (digest blob primary key, edges blob) without rowid"

# A file that holds more than this many times what is used is swept.
_SWEPT_AT = 2

# The equations of a join; of each, the fields whose values stand on either side of it.
Join = tuple[tuple[int, ...], ...]


class NodeEdges(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A relation's edges. names: its columns, in lower case. origins: for each, the fields that its values are from.

    fields: the columns that it reads, in lower case, by relation. A field is the place of one in all of them, one after
    the other. joins: what its SQL equates.
    """

    names: tuple[str, ...] = ()
    origins: tuple[tuple[int, ...], ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    joins: tuple[Join, ...] = ()


_decoder = msgspec.msgpack.Decoder(NodeEdges)


class EdgeStore:
    """The file. Where it cannot be used, everything is found anew and nothing is kept.

    version: of what makes edges of lineage; what another version made is not read.
    """

    def __init__(self, file: Path, version: int) -> None:
        self._file, self._version = file, version % _VERSIONS

    def load(self) -> dict[bytes, NodeEdges]:
        """All that is kept, by the digest of the lineage."""
        if not self._file.exists():
            return {}
        with self._forgiving(), self._opened() as connection:
            rows = connection.execute("select digest, edges from edges").fetchall()
            return {digest: _decoder.decode(edges) for digest, edges in rows}
        return {}

    def save(self, new: Mapping[bytes, NodeEdges], kept: Collection[bytes], used: Collection[bytes]) -> None:
        """Keep `new`; of what is kept, drop what nobody uses once it is most of the file."""
        stale = set(kept).difference(used)
        sweep = len(kept) + len(new) > _SWEPT_AT * len(used)
        if not new and not (sweep and stale):
            return
        with self._forgiving():
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._opened() as connection, connection:
                rows = ((digest, msgspec.msgpack.encode(edges)) for digest, edges in new.items())
                connection.executemany("insert or replace into edges values (?, ?)", rows)
                if sweep:
                    connection.executemany("delete from edges where digest = ?", ((digest,) for digest in stale))

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=_PATIENCE_S)) as connection:
            if connection.execute("pragma user_version").fetchone()[0] != self._version:
                connection.execute("drop table if exists edges")
                connection.execute(f"pragma user_version = {self._version:d}")
            connection.execute(_TABLE)
            yield connection

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError):  # locked, read-only, no space: the file itself is fine
            return
        except (sqlite3.DatabaseError, msgspec.DecodeError):
            for file in (self._file.with_name(f"{self._file.name}-journal"), self._file):
                file.unlink(missing_ok=True)
