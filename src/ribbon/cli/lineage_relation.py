"""`ribbon lineage` of a whole relation, and of the whole project."""

from collections import Counter
from collections.abc import Sequence

from ribbon.cli.console import Console
from ribbon.cli.lineage_document import told_columns, told_gaps, told_readers, told_relations, told_rows, told_uses
from ribbon.cli.lineage_rows import show_rows
from ribbon.cli.lineage_screen import show_columns, show_gaps, show_readers, show_uses
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import uses_of
from ribbon.lineage.names import label
from ribbon.lineage.walks import (
    Gap,
    gaps_above,
    gaps_below,
    relations_above,
    relations_below,
    row_origins,
    walk_down,
    walk_up,
)
from ribbon.model import ColumnName, Layer

__all__ = ["show_relation", "show_summary"]


def show_relation(console: Console, graph: LineageGraph, relation: str, *, down: bool) -> bool:
    """Every column of a relation: where it comes from, or what it feeds. Returns whether something is unresolved."""
    node = graph.nodes.get(relation)
    columns = [ColumnName(relation, name) for name in (node.columns if node else None) or ()]
    console.record("relation", label(graph, relation))
    console.heading(label(graph, relation))
    gaps = (_show_below if down else _show_above)(console, graph, relation, columns)
    show_gaps(console, graph, gaps)
    console.record("unresolved", told_gaps(graph, gaps))
    return bool(gaps)


def _show_above(console: Console, graph: LineageGraph, relation: str, columns: Sequence[ColumnName]) -> Sequence[Gap]:
    rows = row_origins(graph, relation)
    show_columns(console, graph, columns)
    if rows:
        console.heading("Which rows it has")
        show_rows(console, graph, rows)
    console.record("columns", told_columns(graph, columns))
    console.record("rows", told_rows(graph, rows))
    console.record("uses", told_uses(graph, uses_of(graph, {relation}, set())))
    console.record("relations", told_relations(graph, [relation, *(row.relation for row in rows)]))
    walked = (step.column for column in columns for step in walk_up(graph, column))
    return gaps_above(graph, [*columns, *walked], [relation, *relations_above(graph, relation)])


def _show_below(console: Console, graph: LineageGraph, relation: str, columns: Sequence[ColumnName]) -> Sequence[Gap]:
    below = relations_below(graph, relation)
    by_values = {step.column.relation for column in columns for step in walk_down(graph, column)}
    uses = uses_of(graph, {relation, *by_values}, set(below))
    show_readers(console, graph, columns)
    show_uses(console, graph, uses, [relation, *below])
    console.record("columns", told_readers(graph, columns))
    console.record("uses", told_uses(graph, uses))
    console.record("relations", told_relations(graph, [relation, *below]))
    return gaps_below(graph, [relation, *below])


def show_summary(console: Console, graph: LineageGraph) -> bool:
    """How much there is by layer, and what could not be resolved. Returns whether something is unresolved."""
    relations = Counter(node.project.layer for node in graph.nodes.values())
    columns: Counter[Layer] = Counter()
    for node in graph.nodes.values():
        columns[node.project.layer] += len(node.columns or ())
    gaps = [(relation, gap) for relation, found in graph.unresolved.items() for gap in found]
    console.table(
        ("layer", "relations", "columns", "not resolved"),
        [
            (layer.value, relations[layer], columns[layer], sum(_layer(graph, key) is layer for key, _ in gaps))
            for layer in Layer
            if relations[layer]
        ],
    )
    show_gaps(console, graph, gaps)
    if not gaps:
        console.say("Everything is resolved.")
    console.record("layers", {layer: {"relations": relations[layer], "columns": columns[layer]} for layer in Layer})
    console.record("relations", sum(relations.values()))
    console.record("columns", sum(columns.values()))
    console.record("analysed", len(graph.analysed))
    console.record("unresolved", told_gaps(graph, gaps))
    return bool(gaps)


def _layer(graph: LineageGraph, relation: str) -> Layer:
    return graph.nodes[relation].project.layer
