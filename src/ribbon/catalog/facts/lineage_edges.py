"""The edges of a whole project's column lineage, kept between builds without expressions, so that all are read at once.

They are found by the digest of the lineage that they come from, so nothing kept is ever out of date. A damaged file is
replaced: everything in it can be found again.
"""

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from ribbon.lineage import LineageGraph
from ribbon.model import ColumnName, QueryLineage, Role
from ribbon.processes import collecting_rarely

__all__ = ["Equations", "NodeEdges", "edges_of", "read_edges"]

# How long to wait for another process, in seconds.
_PATIENCE_S = 10

# SQLite keeps the version in this many bits, without the sign.
_VERSIONS = 1 << 31

_TABLE = "create table if not exists edges (digest blob primary key, edges blob) without rowid"

# A file that holds more than this many times what is used is swept.
_SWEPT_AT = 2

# The equations of a join; of each, the fields that it equates.
Equations = tuple[tuple[int, ...], ...]

# Where queries equate columns: joins, and filters where joins are written with commas.
_EQUATING = frozenset({Role.JOINED, Role.FILTERED})

_USING = "using ("

_QUOTES = str.maketrans("", "", '"`[]')


class NodeEdges(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A relation's edges. names: its columns, in lower case. origins: for each, the fields that its values are from.

    fields: the columns that it reads, in lower case, by relation. A field is the place of one in all of them, one after
    the other. joins: what its SQL equates.
    """

    names: tuple[str, ...] = ()
    origins: tuple[tuple[int, ...], ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    joins: tuple[Equations, ...] = ()


_decoder = msgspec.msgpack.Decoder(NodeEdges)


class EdgeStore:
    """The file. Where it cannot be used, all edges are found again and nothing is kept.

    version: of the code that makes edges of lineage; edges of another version are not read.
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
        """Keep `new`; drop edges that are no longer used once they are most of the file."""
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


@collecting_rarely()
def read_edges(graph: LineageGraph, file: Path) -> Mapping[str, NodeEdges]:
    """By unique id, for all relations that have a query. file: where they are kept; only new lineage is decoded."""
    store = EdgeStore(file, zlib.crc32(Path(__file__).read_bytes()))
    kept = store.load()
    new: dict[bytes, NodeEdges] = {}
    nodes = {key: node for key, node in graph.nodes.items() if node.digest}
    for node in nodes.values():
        if node.digest not in kept and node.digest not in new:
            new[node.digest] = edges_of(node.load())
    store.save(new, kept, {node.digest for node in nodes.values()})
    return {key: new.get(node.digest) or kept[node.digest] for key, node in nodes.items()}


def edges_of(lineage: QueryLineage) -> NodeEdges:
    """The lineage without its expressions and kinds."""
    equations = _equations(lineage)
    origins = [[_folded(origin.column) for origin in column.origins] for column in lineage.columns]
    equated = (column for columns in equations.values() for column in columns)
    fields = _fields([*(column for each in origins for column in each), *equated])
    names = ((relation, column) for relation, columns in fields.items() for column in columns)
    places = {name: place for place, name in enumerate(names)}
    return NodeEdges(
        names=tuple(column.name.casefold() for column in lineage.columns),
        origins=tuple(tuple(places[column] for column in each) for each in origins),
        fields=tuple((relation, tuple(columns)) for relation, columns in fields.items()),
        joins=_joins(equations, places),
    )


def _folded(column: ColumnName) -> tuple[str, str]:
    return column.relation, column.column.casefold()


def _fields(columns: Iterable[tuple[str, str]]) -> Mapping[str, dict[str, None]]:
    fields: dict[str, dict[str, None]] = {}
    for relation, column in columns:
        fields.setdefault(relation, {})[column] = None
    return fields


def _equations(lineage: QueryLineage) -> Mapping[str, list[tuple[str, str]]]:
    """By condition that equates two columns: the relations' columns behind it, where there are several.

    A column of another name than the condition's is what a compared value was computed from, and no key.
    """
    found: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for row in lineage.rows:
        column = _folded(row.column)
        if row.role in _EQUATING and column[1] in (name for _, name in _compared(row.expression)):
            found[row.expression][column] = None
    return {expression: list(columns) for expression, columns in found.items() if len(columns) > 1}


def _compared(expression: str) -> tuple[tuple[str, str], ...]:
    """The tables and columns in `orders.store_id = stores.id` and `using (id)`; none in any other condition."""
    plain = expression.translate(_QUOTES).casefold()
    if plain.startswith(_USING):
        return tuple(("", name.strip()) for name in plain.removeprefix(_USING).removesuffix(")").split(","))
    operands = plain.split(" = ")
    if len(operands) != 2 or any(sign in operand for operand in operands for sign in " ()'"):  # noqa: PLR2004
        return ()
    return tuple((operand.rpartition(".")[0], operand.rpartition(".")[2]) for operand in operands)


def _joins(
    equations: Mapping[str, list[tuple[str, str]]], places: Mapping[tuple[str, str], int]
) -> tuple[Equations, ...]:
    """Equations between the same two tables of a query belong together: a key may be several columns."""
    together: dict[frozenset[str], list[tuple[int, ...]]] = {}
    for expression, columns in equations.items():
        tables = frozenset(table for table, _ in _compared(expression))
        together.setdefault(tables, []).append(tuple(places[column] for column in columns))
    return tuple(tuple(join) for join in together.values())
