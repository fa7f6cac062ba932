"""What decides the rows of a relation, and what a column decides downstream: values and rows, told apart."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.nodes import Exposure
from ribbon.lineage.walking import Step, sources, walk_down
from ribbon.model import ColumnName, Role

__all__ = [
    "Impact",
    "RowStep",
    "Use",
    "impact",
    "relations_above",
    "relations_below",
    "row_origins",
    "row_sources",
    "uses_of",
]


@dataclass(frozen=True, slots=True)
class RowStep:
    """A column that decides which rows a relation has. depth: of the relation, 0 where the walk starts."""

    relation: str
    column: ColumnName
    role: Role
    expression: str
    depth: int


@dataclass(frozen=True, slots=True)
class Use:
    """An exposure that is reached. relations: through which. by_values: False where rows alone reach it."""

    exposure: Exposure
    relations: tuple[str, ...]
    by_values: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """All that depends on a column.

    values: the columns that are made from it. rows: the relations whose rows it decides, or a column that is made from
    it; depth is that of the column. following: relations that read such a one: their rows follow, and what they
    aggregate.
    """

    column: ColumnName
    values: tuple[Step, ...]
    rows: tuple[RowStep, ...]
    following: tuple[str, ...]
    uses: tuple[Use, ...]


def row_origins(graph: LineageGraph, relation: str) -> tuple[RowStep, ...]:
    """What decides the rows of a relation: its own filters, joins and groups, and those of all that it reads."""
    return tuple(
        RowStep(read, row.column, row.role, row.expression, depth)
        for read, depth in _reached([relation], _read_by(graph))
        for row in graph.rows(read)
    )


def row_sources(graph: LineageGraph, relation: str) -> frozenset[ColumnName]:
    """The source columns that decide the rows of a relation, through whatever is computed from them on the way."""
    deciding = {step.column for step in row_origins(graph, relation)}
    return frozenset(source.column for column in deciding for source in sources(graph, column))


def relations_above(graph: LineageGraph, relation: str) -> tuple[str, ...]:
    """The relations that it reads and those that they read, nearest first."""
    return tuple(read for read, depth in _reached([relation], _read_by(graph)) if depth)


def relations_below(graph: LineageGraph, relation: str) -> tuple[str, ...]:
    """The relations that read it and those that read them, nearest first."""
    return tuple(reader for reader, depth in _reached([relation], graph.children) if depth)


def impact(graph: LineageGraph, column: ColumnName) -> Impact:
    """All that depends on the column, by its values or by its rows, down to the uses."""
    values = walk_down(graph, column)
    rows = tuple(_row_steps(graph, column, values))
    deciding = dict.fromkeys(step.relation for step in rows)
    following = tuple(key for key, depth in _reached(deciding, graph.children) if depth and key not in deciding)
    by_values = {column.relation, *(step.column.relation for step in values)}
    uses = uses_of(graph, by_values, {*deciding, *following})
    return Impact(column, values, rows, following, uses)


def uses_of(graph: LineageGraph, by_values: set[str], by_rows: set[str]) -> tuple[Use, ...]:
    """The exposures that read one of the relations."""
    reached = by_values | by_rows
    return tuple(
        Use(exposure, through, not by_values.isdisjoint(through))
        for exposure in graph.exposures
        if (through := tuple(key for key in exposure.depends_on if key in reached))
    )


def _read_by(graph: LineageGraph) -> Callable[[str], Iterable[str]]:
    return lambda relation: graph.nodes[relation].reads if relation in graph.nodes else ()


def _row_steps(graph: LineageGraph, column: ColumnName, values: tuple[Step, ...]) -> Iterator[RowStep]:
    depths = {column: 0}
    for step in values:
        depths.setdefault(step.column, step.depth)
    for deciding, depth in depths.items():
        for reader in graph.row_readers(deciding):
            yield RowStep(reader.relation, deciding, reader.role, reader.expression, depth)


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
