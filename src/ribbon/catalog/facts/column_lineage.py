"""What column lineage knows of a relation: the graph, in the form that pages show."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import msgspec

from ribbon.catalog.views import ColumnEdge, RowEdge
from ribbon.lineage import LineageGraph, LineageNode, Reader
from ribbon.model import ColumnName, Origin

__all__ = ["ColumnLineage", "ColumnTrace"]


@dataclass(frozen=True, slots=True)
class ColumnTrace:
    """Where a column comes from and what is made from it, one step up and down.

    kind: copied, renamed, computed, aggregated, constant; empty for sources and seeds. expression: how its own query
    makes it.
    """

    kind: str = ""
    expression: str = ""
    made_from: tuple[ColumnEdge, ...] = ()
    feeds: tuple[ColumnEdge, ...] = ()
    decides: tuple[RowEdge, ...] = ()


class ColumnLineage:
    """Lineage is decoded for a relation when it is needed, and for those that read it."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph

    def fingerprint(self, uid: str) -> bytes:
        """Differs where its columns, its lineage, the lineage of its readers or a neighbour's name does."""
        node = self._graph.nodes[uid]
        readers = self.downstream(uid)
        names = [self._label(other) for other in (*self.upstream(uid), *readers)]
        below = [self._graph.nodes[reader].digest for reader in readers]
        gaps = [(gap.column, gap.reason) for gap in node.unresolved]
        what = (node.digest, node.complete, _of_columns(node), gaps, below, names)
        return blake2b(msgspec.msgpack.encode(what), digest_size=16).digest()

    def columns(self, uid: str) -> Mapping[str, str | None] | None:
        """Name to type in their order; None where the columns are not known."""
        return self._graph.nodes[uid].columns

    def edges(self, uid: str) -> Mapping[str, ColumnTrace]:
        """By column as the relation spells it; columns that nothing is known of come along, empty."""
        node = self._graph.nodes[uid]
        names = node.columns if node.columns is not None else [column.name for column in node.lineage.columns]
        return {name: self._trace(node, name) for name in names}

    def rows_by(self, uid: str) -> tuple[RowEdge, ...]:
        """The columns that decide which rows it has, one step up."""
        return tuple(
            RowEdge(row.column.relation, self._spelled(row.column), row.role.value, row.expression)
            for row in self._graph.rows(uid)
        )

    def unresolved(self, uid: str) -> tuple[str, ...]:
        """What could not be resolved and why, as sentences, each with its column in front where it is about one."""
        gaps = self._graph.nodes[uid].unresolved
        return tuple(gap.reason if gap.column is None else f"{gap.column}: {gap.reason}" for gap in gaps)

    def upstream(self, uid: str) -> tuple[str, ...]:
        """What of the project it reads; by dbt's word too, where a query was not compiled or could not be analysed."""
        return self._reads[uid]

    def downstream(self, uid: str) -> tuple[str, ...]:
        """The project's relations that read it."""
        return tuple(self._readers.get(uid, ()))

    @cached_property
    def _reads(self) -> Mapping[str, tuple[str, ...]]:
        return {key: tuple(self._read_by(node)) for key, node in self._graph.nodes.items()}

    def _read_by(self, node: LineageNode) -> Iterator[str]:
        whole = all(gap.column is not None for gap in node.unresolved)
        reads = node.reads if whole else (*node.reads, *node.project.parents)
        for read in dict.fromkeys(reads):
            if read in self._graph.nodes and read != node.project.unique_id:
                yield read

    @cached_property
    def _readers(self) -> Mapping[str, Sequence[str]]:
        readers: dict[str, list[str]] = defaultdict(list)
        for key, reads in self._reads.items():
            for read in reads:
                readers[read].append(key)
        return readers

    def _trace(self, node: LineageNode, name: str) -> ColumnTrace:
        found = node.column(name)
        here = ColumnName(node.project.unique_id, name)
        return ColumnTrace(
            kind=found.kind.value if found else "",
            expression=found.expression if found else "",
            made_from=tuple(self._edge(origin) for origin in found.origins) if found else (),
            feeds=tuple(self._edge(reader) for reader in self._graph.readers(here)),
            decides=tuple(
                RowEdge(reader.relation, name, reader.role.value, reader.expression)
                for reader in self._graph.row_readers(here)
            ),
        )

    def _edge(self, end: Origin | Reader) -> ColumnEdge:
        return ColumnEdge(end.column.relation, self._spelled(end.column), end.kind.value, end.expressions)

    def _spelled(self, column: ColumnName) -> str:
        """As its relation writes it, so that links find it."""
        node = self._graph.nodes.get(column.relation)
        return (node.spelled(column.column) if node else None) or column.column

    def _label(self, uid: str) -> str:
        node = self._graph.nodes.get(uid)
        return node.project.label if node else uid


def _of_columns(node: LineageNode) -> object:
    return node.digest_of_columns or (None if node.columns is None else list(node.columns.items()))
