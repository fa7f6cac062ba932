"""What a walk does not see, because something could not be resolved."""

from collections.abc import Iterable

from ribbon.lineage.graph import LineageGraph
from ribbon.model import ColumnName, Unresolved

__all__ = ["Gap", "gaps_above", "gaps_below", "gaps_of"]

# A relation, and what could not be resolved of it.
Gap = tuple[str, Unresolved]


def gaps_of(graph: LineageGraph, column: ColumnName) -> tuple[Unresolved, ...]:
    """What could not be resolved of the column, or of all that its relation has."""
    node = graph.nodes.get(column.relation)
    return tuple(
        gap
        for gap in (node.unresolved if node else ())
        if gap.column is None or gap.column.casefold() == column.column.casefold()
    )


def gaps_above(graph: LineageGraph, columns: Iterable[ColumnName], relations: Iterable[str]) -> tuple[Gap, ...]:
    """What could not be resolved on the way up: of these columns, and of what decides the rows of these relations."""
    found = dict.fromkeys((column.relation, gap) for column in columns for gap in gaps_of(graph, column))
    whole = ((key, gap) for key in relations if key in graph.nodes for gap in graph.nodes[key].unresolved)
    return tuple(found | dict.fromkeys((key, gap) for key, gap in whole if gap.column is None))


def gaps_below(graph: LineageGraph, relations: Iterable[str]) -> tuple[Gap, ...]:
    """What could not be resolved of these relations, and of nodes that, by dbt's word, read one of them."""
    reached = set(relations)
    return tuple(
        (key, gap)
        for key, gaps in graph.unresolved.items()
        if key in reached or not reached.isdisjoint(graph.nodes[key].project.parents)
        for gap in gaps
    )
