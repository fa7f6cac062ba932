"""The edges of a whole project's column lineage, cached without expressions, so that all are read at once.

They are found by the digest of the lineage that they come from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from ribbon.lineage import LineageGraph
from ribbon.model import ColumnName, QueryLineage, Role
from ribbon.processes import collecting_rarely
from ribbon.store import Cache, Entry, New, code_version

__all__ = ["Equations", "NodeEdges", "edges_of", "read_edges"]

_CODE = ("catalog/facts/lineage_edges.py", "model/lineage.py")

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


@collecting_rarely()
def read_edges(graph: LineageGraph, cache_dir: Path) -> Mapping[str, NodeEdges]:
    """By unique id, for all relations that have a query. Only lineage whose edges are not cached is decoded."""
    cache = Cache(cache_dir, "edges", code_version(_CODE))
    entries = cache.entries()
    nodes = {key: node for key, node in graph.nodes.items() if node.digest}
    found: dict[bytes, NodeEdges] = {}
    new, used = [], []
    for node in nodes.values():
        if node.digest in found:
            continue
        cached = _cached(entries.get(node.digest, ()))
        if cached is None:
            edges = edges_of(node.load())
            new.append(New(node.digest, msgspec.msgpack.encode(edges)))
        else:
            number, edges = cached
            used.append(number)
        found[node.digest] = edges
    cache.save(new, used)
    return {key: found[node.digest] for key, node in nodes.items()}


def _cached(entries: Sequence[Entry]) -> tuple[int, NodeEdges] | None:
    for entry in entries:
        with suppress(msgspec.DecodeError):
            return entry.id, _decoder.decode(entry.head)
    return None


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
