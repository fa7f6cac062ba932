"""What depends on a column: columns made from it, relations whose rows it decides, and the uses that read them."""

from collections.abc import Iterator
from dataclasses import dataclass

from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.nodes import Exposure
from ribbon.lineage.walks import RowStep, Step, relations_below, walk_down
from ribbon.model import ColumnName

__all__ = ["Impact", "Use", "impact", "uses_of"]


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


def impact(graph: LineageGraph, column: ColumnName) -> Impact:
    """All that depends on the column, by its values or by its rows, down to the uses."""
    values = walk_down(graph, column)
    rows = tuple(_row_steps(graph, column, values))
    deciding = dict.fromkeys(step.relation for step in rows)
    following = relations_below(graph, *deciding)
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


def _row_steps(graph: LineageGraph, column: ColumnName, values: tuple[Step, ...]) -> Iterator[RowStep]:
    depths = {column: 0}
    for step in values:
        depths.setdefault(step.column, step.depth)
    for deciding, depth in depths.items():
        for reader in graph.row_readers(deciding):
            yield RowStep(reader.relation, deciding, reader.role, reader.expression, depth)
