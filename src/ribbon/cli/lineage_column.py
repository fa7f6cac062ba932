"""`ribbon lineage` of one column: up to its sources, down to its uses."""

from collections.abc import Sequence
from typing import NamedTuple

from ribbon.cli.console import Console
from ribbon.cli.lineage_document import told_gaps, told_relations, told_rows, told_steps, told_uses
from ribbon.cli.lineage_rows import show_rows
from ribbon.cli.lineage_screen import show_following, show_gaps, show_uses
from ribbon.cli.lineage_tree import tree_of
from ribbon.cli.lineage_words import is_restricted, named
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import Use, impact, uses_of
from ribbon.lineage.names import label
from ribbon.lineage.walks import (
    Gap,
    RowStep,
    Step,
    gaps_above,
    gaps_below,
    relations_above,
    row_origins,
    sources,
    walk_up,
)
from ribbon.model import ColumnName

__all__ = ["show_downstream", "show_upstream"]


class Told(NamedTuple):
    """What an answer holds, up or down."""

    steps: Sequence[Step]
    rows: Sequence[RowStep]
    uses: Sequence[Use]
    gaps: Sequence[Gap]


def show_upstream(console: Console, graph: LineageGraph, column: ColumnName) -> bool:
    """What the column's values are made from, and what decides its rows. Returns whether something is unresolved."""
    steps = walk_up(graph, column)
    rows = row_origins(graph, column.relation)
    uses = uses_of(graph, {column.relation}, set())
    console.cut(tree_of(graph, column, steps, down=False))
    ends = [named(graph, source.column) for source in sources(graph, column) if source.column != column]
    if ends:
        console.heading("Sources")
        console.say(f"  {', '.join(ends)}")
    if rows:
        console.heading(f"Which rows {label(graph, column.relation)} has")
        show_rows(console, graph, rows)
    above = [column.relation, *relations_above(graph, column.relation)]
    gaps = gaps_above(graph, [column, *(step.column for step in steps)], above)
    return _end(console, graph, column, Told(steps, rows, uses, gaps))


def show_downstream(console: Console, graph: LineageGraph, column: ColumnName) -> bool:
    """What is made from the column, and whose rows it decides. Returns whether something is unresolved."""
    found = impact(graph, column)
    console.cut(tree_of(graph, column, found.values, down=True))
    show_following(console, graph, found)
    reached = [column.relation, *(step.column.relation for step in found.values)]
    reached += [*(row.relation for row in found.rows), *found.following]
    show_uses(console, graph, found.uses, reached)
    console.record("following", [label(graph, relation) for relation in found.following])
    return _end(console, graph, column, Told(found.values, found.rows, found.uses, gaps_below(graph, reached)))


def _end(console: Console, graph: LineageGraph, column: ColumnName, told: Told) -> bool:
    """Say what is not resolved, and put all of it into the document."""
    columns = [column, *(step.column for step in told.steps), *(row.column for row in told.rows)]
    relations = [*(each.relation for each in columns), *(row.relation for row in told.rows)]
    show_gaps(console, graph, told.gaps)
    console.record("column", named(graph, column))
    console.record("restricted", is_restricted(graph, column))
    console.record("steps", told_steps(graph, told.steps))
    console.record("rows", told_rows(graph, told.rows))
    console.record("uses", told_uses(graph, told.uses))
    console.record("unresolved", told_gaps(graph, told.gaps))
    console.record("relations", told_relations(graph, [*relations, *(relation for relation, _ in told.gaps)]))
    return bool(told.gaps)
