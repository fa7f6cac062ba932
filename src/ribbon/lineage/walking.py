"""Walking through the graph of columns: up to what a value is made from, down to what is made from it."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ribbon.lineage.graph import LineageGraph, Reader
from ribbon.model import ColumnName, Kind, Origin

__all__ = ["Step", "folded", "is_end", "sources", "walk_down", "walk_up"]


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a walk: `column` is reached from `of`.

    Upwards `of` is made from `column`, downwards `column` is made from `of`. kind and expressions: what is done on the
    way. depth: 1 next to where the walk starts.
    """

    column: ColumnName
    of: ColumnName
    kind: Kind
    expressions: tuple[str, ...]
    depth: int

    @property
    def within(self) -> bool:
        """Whether a model reads itself, as an incremental one does that is there already."""
        return self.column.relation == self.of.relation


def folded(column: ColumnName) -> tuple[str, str]:
    """What tells a column from others: names of columns differ in more than case."""
    return column.relation, column.column.casefold()


def walk_up(graph: LineageGraph, column: ColumnName) -> tuple[Step, ...]:
    """All that the column's values are made from, nearest first; every edge once, also where several paths join."""
    return _walk(column, graph.origins)


def walk_down(graph: LineageGraph, column: ColumnName) -> tuple[Step, ...]:
    """All whose values are made from the column's, nearest first; every edge once."""
    return _walk(column, graph.readers)


def _walk(start: ColumnName, edges: Callable[[ColumnName], Iterable[Origin | Reader]]) -> tuple[Step, ...]:
    steps: list[Step] = []
    met = {folded(start)}
    ahead = deque([(start, 1)])
    while ahead:
        of, depth = ahead.popleft()
        for edge in edges(of):
            steps.append(Step(edge.column, of, edge.kind, edge.expressions, depth))
            if folded(edge.column) not in met:
                met.add(folded(edge.column))
                ahead.append((edge.column, depth + 1))
    return tuple(steps)


def is_end(graph: LineageGraph, column: ColumnName) -> bool:
    """Whether no query makes the column: one of a source or a seed, or of what could not be analysed."""
    node = graph.nodes.get(column.relation)
    return node is None or node.column(column.column) is None


def sources(graph: LineageGraph, column: ColumnName) -> tuple[Origin, ...]:
    """The columns at the end of the way up, each with the heaviest of what is done on any way to it.

    A column that is only renamed, and ends under its first name, is copied. A column that is an end is its own source.
    """
    weights = {folded(column): Kind.COPIED}
    ends: dict[tuple[str, str], ColumnName] = {}
    ahead = [column]
    while ahead:
        of = ahead.pop()
        if is_end(graph, of):
            ends[folded(of)] = of
        for origin in graph.origins(of):
            kind = max(weights[folded(of)], origin.kind, key=lambda each: each.weight)
            known = weights.get(folded(origin.column))
            if known is None or known.weight < kind.weight:
                weights[folded(origin.column)] = kind
                ahead.append(origin.column)
    return tuple(Origin(end, _overall(column, end, weights[key])) for key, end in sorted(ends.items()))


def _overall(column: ColumnName, end: ColumnName, heaviest: Kind) -> Kind:
    if heaviest not in {Kind.COPIED, Kind.RENAMED}:
        return heaviest
    return Kind.COPIED if column.column.casefold() == end.column.casefold() else Kind.RENAMED
