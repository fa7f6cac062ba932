"""Walks through the graph: up to what values and rows are made from, down to what is made from them."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ribbon.lineage.graph import LineageGraph, Reader
from ribbon.model import ColumnName, Kind, Origin, Role, Unresolved

__all__ = [
    "Gap",
    "RowStep",
    "Step",
    "folded",
    "gaps_above",
    "gaps_below",
    "gaps_of",
    "relations_above",
    "relations_below",
    "row_origins",
    "row_sources",
    "sources",
    "walk_down",
    "walk_up",
]

# A relation, and what could not be resolved of it.
Gap = tuple[str, Unresolved]


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
        """Whether a model reads itself, as an incremental one does on every run but the first."""
        return self.column.relation == self.of.relation


@dataclass(frozen=True, slots=True)
class RowStep:
    """A column that decides which rows a relation has. depth: of the relation, 0 where the walk starts."""

    relation: str
    column: ColumnName
    role: Role
    expression: str
    depth: int


def folded(column: ColumnName) -> tuple[str, str]:
    """What identifies a column: names that differ in case alone are the same."""
    return column.relation, column.column.casefold()


def walk_up(graph: LineageGraph, column: ColumnName) -> tuple[Step, ...]:
    """All that the column's values are made from, nearest first; every edge once, also where several paths join."""
    return _walk(column, graph.origins)


def walk_down(graph: LineageGraph, column: ColumnName) -> tuple[Step, ...]:
    """All whose values are made from the column's, nearest first; every edge once."""
    return _walk(column, graph.readers)


def _is_end(graph: LineageGraph, column: ColumnName) -> bool:
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
        if _is_end(graph, of):
            ends[folded(of)] = of
        for origin in graph.origins(of):
            kind = max(weights[folded(of)], origin.kind, key=lambda each: each.weight)
            known = weights.get(folded(origin.column))
            if known is None or known.weight < kind.weight:
                weights[folded(origin.column)] = kind
                ahead.append(origin.column)
    return tuple(Origin(end, _overall(column, end, weights[key])) for key, end in sorted(ends.items()))


def row_origins(graph: LineageGraph, relation: str) -> tuple[RowStep, ...]:
    """What decides the rows of a relation: its own filters, joins and groups, and those of all that it reads."""
    return tuple(
        RowStep(read, row.column, row.role, row.expression, depth)
        for read, depth in _reached([relation], _reads(graph))
        for row in graph.rows(read)
    )


def row_sources(graph: LineageGraph, relation: str) -> frozenset[ColumnName]:
    """The source columns that decide the rows of a relation, through whatever is computed from them on the way."""
    deciding = {step.column for step in row_origins(graph, relation)}
    return frozenset(source.column for column in deciding for source in sources(graph, column))


def relations_above(graph: LineageGraph, relation: str) -> tuple[str, ...]:
    """The relations that it reads and those that they read, nearest first."""
    return tuple(read for read, depth in _reached([relation], _reads(graph)) if depth)


def relations_below(graph: LineageGraph, *relations: str) -> tuple[str, ...]:
    """The relations that read one of them and those that read these, nearest first."""
    return tuple(reader for reader, depth in _reached(relations, graph.children) if depth)


def gaps_of(graph: LineageGraph, column: ColumnName) -> tuple[Unresolved, ...]:
    """What could not be resolved of the column, or of its whole relation."""
    node = graph.nodes.get(column.relation)
    return tuple(
        gap
        for gap in (node.unresolved if node else ())
        if gap.column is None or gap.column.casefold() == column.column.casefold()
    )


def gaps_above(graph: LineageGraph, columns: Iterable[ColumnName], relations: Iterable[str]) -> tuple[Gap, ...]:
    """What a walk up misses because it was not resolved: of these columns, and of the rows of these relations."""
    found = dict.fromkeys((column.relation, gap) for column in columns for gap in gaps_of(graph, column))
    whole = ((key, gap) for key in relations if key in graph.nodes for gap in graph.nodes[key].unresolved)
    return tuple(found | dict.fromkeys((key, gap) for key, gap in whole if gap.column is None))


def gaps_below(graph: LineageGraph, relations: Iterable[str]) -> tuple[Gap, ...]:
    """What a walk down misses: what was not resolved of these relations, and of nodes that dbt has as their readers."""
    reached = set(relations)
    return tuple(
        (key, gap)
        for key, gaps in graph.unresolved.items()
        if key in reached or not reached.isdisjoint(graph.nodes[key].project.parents)
        for gap in gaps
    )


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


def _overall(column: ColumnName, end: ColumnName, heaviest: Kind) -> Kind:
    if heaviest not in {Kind.COPIED, Kind.RENAMED}:
        return heaviest
    return Kind.COPIED if column.column.casefold() == end.column.casefold() else Kind.RENAMED


def _reads(graph: LineageGraph) -> Callable[[str], Iterable[str]]:
    return lambda relation: graph.nodes[relation].reads if relation in graph.nodes else ()


def _reached(starts: Iterable[str], onwards: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, int]]:
    """The starts and all that lies beyond them, each once with its distance, nearest first."""
    ahead = deque((start, 0) for start in starts)
    met = {start for start, _ in ahead}
    while ahead:
        here, depth = ahead.popleft()
        yield here, depth
        for beyond in onwards(here):
            if beyond not in met:
                met.add(beyond)
                ahead.append((beyond, depth + 1))
