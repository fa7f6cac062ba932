"""What lineage claims of a whole project: which source columns decide a column's values, or a relation's rows."""

from functools import cache

from ribbon.lineage import LineageGraph
from ribbon.model import ColumnName

__all__ = ["Closures"]


class Closures:
    """Lineage of a graph, followed up to the relations that are made from nothing."""

    def __init__(self, graph: LineageGraph) -> None:
        self._graph = graph
        self.values = cache(self._values)
        self.rows = cache(self._rows)

    def _values(self, column: ColumnName) -> frozenset[ColumnName]:
        """The source columns that a column's values are made from."""
        if not self._graph.nodes[column.relation].project.queries:
            return frozenset((column,))
        origins = (origin.column for origin in self._graph.origins(column))
        return frozenset(source for origin in origins if origin != column for source in self._beyond(column, origin))

    def _beyond(self, reader: ColumnName, column: ColumnName) -> frozenset[ColumnName]:
        """An incremental model reads itself: what it held before came from the same place."""
        return frozenset() if column.relation == reader.relation else self.values(column)

    def _rows(self, relation: str) -> frozenset[ColumnName]:
        """The source columns that decide which rows a relation has, through whatever it reads."""
        node = self._graph.nodes[relation]
        named = [row.column for row in self._graph.rows(relation) if row.column.relation != relation]
        read = [key for key in node.reads if key != relation]
        own = frozenset(source for column in named for source in self.values(column))
        return own.union(*(self.rows(key) for key in read)) if node.project.queries else frozenset()
