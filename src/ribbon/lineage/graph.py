"""The lineage of a whole project as a graph of columns; the lineage of a node is loaded when it is needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ribbon.lineage.cache import digest_of_lineage, encode_lineage
from ribbon.lineage.nodes import Exposure, ProjectNode
from ribbon.lineage.schemas import Columns
from ribbon.model import ColumnLineage, ColumnName, Kind, Origin, QueryLineage, Role, RowOrigin, Unresolved

__all__ = ["LineageGraph", "LineageNode", "Reader", "RowReader", "whole_node"]


@dataclass(frozen=True, slots=True)
class Reader:
    """A column that is made from another: the edge of an `Origin`, seen from below."""

    column: ColumnName
    kind: Kind
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowReader:
    """A relation whose rows another's column decides: the edge of a `RowOrigin`, seen from below."""

    relation: str
    role: Role
    expression: str = ""


@dataclass(frozen=True, eq=False)
class LineageNode:
    """A relation of the project and the lineage of its queries, those of all branches merged.

    unresolved: what could not be resolved, and why. reads: the relations that its SQL takes columns from. complete:
    whether its columns are all there are. list_columns, load: load the columns and the lineage when they are needed.
    digest: differs where the lineage does; empty for sources, seeds and what has no SQL. digest_of_columns: differs
    where the columns do; empty where they have to be compared.
    """

    project: ProjectNode
    list_columns: Callable[[], Columns] = field(repr=False)
    unresolved: tuple[Unresolved, ...] = ()
    reads: tuple[str, ...] = ()
    complete: bool = True
    load: Callable[[], QueryLineage] = field(default=QueryLineage, repr=False)
    digest: bytes = b""
    digest_of_columns: bytes = b""

    @cached_property
    def columns(self) -> Columns:
        """Name to data type (None where it is unknown) in their order; None where the columns are unknown."""
        return self.list_columns()

    @cached_property
    def lineage(self) -> QueryLineage:
        """What each column is made from; empty for sources, seeds and what has no SQL."""
        return self.load()

    def column(self, name: str) -> ColumnLineage | None:
        """A column's lineage, whatever the case of its name."""
        return self._by_name.get(name.casefold())

    def spelled(self, name: str) -> str | None:
        """The column's name as the relation writes it; None where it has no such column."""
        return self._spelled.get(name.casefold())

    @cached_property
    def _by_name(self) -> dict[str, ColumnLineage]:
        return {column.name.casefold(): column for column in reversed(self.lineage.columns)}

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return {name.casefold(): name for name in self.columns or ()}


def whole_node(project: ProjectNode, columns: Columns, lineage: QueryLineage) -> LineageNode:
    """A node whose lineage is at hand."""
    sources = [origin.column for column in lineage.columns for origin in column.origins]
    named = (*sources, *(row.column for row in lineage.rows))
    reads = dict.fromkeys((*(asked.relation for asked in lineage.asked), *(name.relation for name in named)))
    digest = digest_of_lineage(encode_lineage(lineage))
    return LineageNode(
        project, lambda: columns, lineage.unresolved, tuple(reads), lineage.complete, lambda: lineage, digest
    )


class LineageGraph:
    """Which column is made from which, up and down.

    nodes: by dbt's unique id. exposures: the uses that the project declares. notes: what users should know about how it
    was found, as sentences. analysed: the nodes that were analysed just now; all others came from the cache.
    """

    def __init__(
        self,
        nodes: Mapping[str, LineageNode],
        exposures: Sequence[Exposure] = (),
        notes: Sequence[str] = (),
        analysed: Sequence[str] = (),
    ) -> None:
        self.nodes = nodes
        self.exposures = tuple(exposures)
        self.notes = tuple(notes)
        self.analysed = tuple(analysed)
        self._value_edges: dict[str, dict[str, list[Reader]]] = {}
        self._row_edges: dict[str, dict[str, list[RowReader]]] = {}

    def origins(self, column: ColumnName) -> tuple[Origin, ...]:
        """What the column's values are made from, one step up; empty for sources and constants."""
        node = self.nodes.get(column.relation)
        found = node.column(column.column) if node else None
        return found.origins if found else ()

    def rows(self, relation: str) -> tuple[RowOrigin, ...]:
        """What decides which rows the relation has, one step up."""
        node = self.nodes.get(relation)
        return node.lineage.rows if node else ()

    def readers(self, column: ColumnName) -> tuple[Reader, ...]:
        """The columns whose values are made from this one, one step down."""
        if column.relation not in self._value_edges:
            self._index(column.relation)
        return tuple(self._value_edges[column.relation].get(column.column.casefold(), ()))

    def row_readers(self, column: ColumnName) -> tuple[RowReader, ...]:
        """The relations whose rows this column decides, one step down."""
        if column.relation not in self._row_edges:
            self._index(column.relation)
        return tuple(self._row_edges[column.relation].get(column.column.casefold(), ()))

    @cached_property
    def unresolved(self) -> Mapping[str, tuple[Unresolved, ...]]:
        """What could not be resolved and why, by node; only nodes that have something are in it."""
        return {key: node.unresolved for key, node in self.nodes.items() if node.unresolved}

    def children(self, relation: str) -> tuple[str, ...]:
        """The nodes whose SQL takes columns from the relation."""
        return tuple(self._children.get(relation, ()))

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for key, node in self.nodes.items():
            for read in node.reads:
                children.setdefault(read, []).append(key)
        return children

    def _index(self, relation: str) -> None:
        """Reverse the edges that point at a relation, from the lineage of its readers alone."""
        values = self._value_edges.setdefault(relation, {})
        rows = self._row_edges.setdefault(relation, {})
        for key in self.children(relation):
            lineage = self.nodes[key].lineage
            for column in lineage.columns:
                for origin in column.origins:
                    if origin.column.relation == relation:
                        reader = Reader(ColumnName(key, column.name), origin.kind, origin.expressions)
                        values.setdefault(origin.column.column.casefold(), []).append(reader)
            for row in lineage.rows:
                if row.column.relation == relation:
                    rows.setdefault(row.column.column.casefold(), []).append(RowReader(key, row.role, row.expression))
