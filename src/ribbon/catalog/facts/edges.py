"""The edges of a whole project, from the lineage of each relation."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from ribbon.catalog.facts.edge_store import EdgeStore, Join, NodeEdges
from ribbon.lineage import LineageGraph
from ribbon.model import ColumnName, QueryLineage, Role
from ribbon.processes import collecting_rarely

__all__ = ["edges_of", "read_edges"]

# Where queries equate columns: joins, and filters where joins are written with commas.
_TYING = frozenset({Role.JOINED, Role.FILTERED})
_USING = "using ("
_QUOTES = str.maketrans("", "", '"`[]')


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
    """What the lineage says without its expressions and kinds."""
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
        if row.role in _TYING and column[1] in (name for _, name in _compared(row.expression)):
            found[row.expression][column] = None
    return {expression: list(columns) for expression, columns in found.items() if len(columns) > 1}


def _compared(expression: str) -> tuple[tuple[str, str], ...]:
    """The tables and columns in `orders.store_id = stores.id` and `using (id)`; none in any other condition."""
    plain = expression.translate(_QUOTES).casefold()
    if plain.startswith(_USING):
        return tuple(("", name.strip()) for name in plain.removeprefix(_USING).removesuffix(")").split(","))
    sides = plain.split(" = ")
    if len(sides) != 2 or any(sign in side for side in sides for sign in " ()'"):  # noqa: PLR2004
        return ()
    return tuple((side.rpartition(".")[0], side.rpartition(".")[2]) for side in sides)


def _joins(equations: Mapping[str, list[tuple[str, str]]], places: Mapping[tuple[str, str], int]) -> tuple[Join, ...]:
    """Equations between the same two tables of a query belong together: a key may be several columns."""
    together: dict[frozenset[str], list[tuple[int, ...]]] = {}
    for expression, columns in equations.items():
        tables = frozenset(table for table, _ in _compared(expression))
        together.setdefault(tables, []).append(tuple(places[column] for column in columns))
    return tuple(tuple(join) for join in together.values())
