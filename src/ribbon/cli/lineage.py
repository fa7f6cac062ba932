"""`ribbon lineage`: where columns come from, and what they feed.

docs/handbook/lineage.md describes the JSON document.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from ribbon.cli.console import Console
from ribbon.cli.lineage_screen import (
    is_restricted,
    named,
    show_columns,
    show_following,
    show_gaps,
    show_readers,
    show_rows,
    show_uses,
    tree_of,
)
from ribbon.cli.session import Needs, Session, command, target_path_option
from ribbon.lineage import LineageGraph, TracedProject
from ribbon.lineage.impact import Use, impact, uses_of
from ribbon.lineage.names import find, label
from ribbon.lineage.walks import (
    Gap,
    RowStep,
    Step,
    gaps_above,
    gaps_below,
    relations_above,
    relations_below,
    row_origins,
    sources,
    walk_down,
    walk_up,
)
from ribbon.model import ColumnName, Layer
from ribbon.project import latest_artifacts, report_changes

__all__ = ["lineage"]


@click.argument("name", required=False)
@click.option("--downstream", is_flag=True, help="Show what NAME feeds, down to marts and uses.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything shown could not be resolved.")
@target_path_option
@command("lineage", needs=Needs.ARTIFACTS)
def lineage(session: Session, name: str | None, downstream: bool, strict: bool, target_path: Path | None) -> int:
    """Show where a column comes from, based on the SQL that dbt compiled; works for any dbt project.

    NAME is a column (mart.store_daily.net_sales_usd) or a relation (mart.store_daily). The prefix is a layer, a schema
    or a source system, and is optional. Without NAME the output counts relations and columns, and lists what could not
    be resolved. What values are made from is shown separately from what decides which rows there are.
    """
    target_dir = session.paths.project_dir / target_path if target_path else latest_artifacts(session.paths)
    graph = _load(session, target_dir)
    meant = find(graph, name) if name is not None else None
    if meant is None:
        unresolved = _show_summary(session.console, graph)
    elif meant.name is None:
        unresolved = _show_relation(session.console, graph, meant.relation, down=downstream)
    else:
        show = _show_downstream if downstream else _show_upstream
        unresolved = show(session.console, graph, meant.name)
    return 1 if strict and unresolved else 0


def _load(session: Session, target_dir: Path) -> LineageGraph:
    with session.console.bar("Lineage") as bar:
        traced = TracedProject(session.paths, target_dir, bar.at)
        graph = traced.graph
    for note in (*graph.notes, *traced.project.notes, report_changes(traced.project)):
        if note:
            session.console.warn(note)
    return graph


class ColumnAnswer(NamedTuple):
    """What is known of a column, up or down."""

    steps: Sequence[Step]
    rows: Sequence[RowStep]
    uses: Sequence[Use]
    gaps: Sequence[Gap]


def _show_upstream(console: Console, graph: LineageGraph, column: ColumnName) -> bool:
    """What the column's values are made from, and what decides its rows. Returns whether anything is unresolved."""
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
    return _end(console, graph, column, ColumnAnswer(steps, rows, uses, gaps))


def _show_downstream(console: Console, graph: LineageGraph, column: ColumnName) -> bool:
    """What is made from the column, and whose rows it decides. Returns whether anything is unresolved."""
    found = impact(graph, column)
    console.cut(tree_of(graph, column, found.values, down=True))
    show_following(console, graph, found)
    reached = [column.relation, *(step.column.relation for step in found.values)]
    reached += [*(row.relation for row in found.rows), *found.following]
    show_uses(console, graph, found.uses, reached)
    console.record("following", [label(graph, relation) for relation in found.following])
    return _end(console, graph, column, ColumnAnswer(found.values, found.rows, found.uses, gaps_below(graph, reached)))


def _end(console: Console, graph: LineageGraph, column: ColumnName, answer: ColumnAnswer) -> bool:
    """Show what is not resolved, and record the document."""
    columns = [column, *(step.column for step in answer.steps), *(row.column for row in answer.rows)]
    relations = [*(each.relation for each in columns), *(row.relation for row in answer.rows)]
    show_gaps(console, graph, answer.gaps)
    console.record("column", named(graph, column))
    console.record("restricted", is_restricted(graph, column))
    console.record("steps", _steps_document(graph, answer.steps))
    console.record("rows", _rows_document(graph, answer.rows))
    console.record("uses", _uses_document(graph, answer.uses))
    console.record("unresolved", _gaps_document(graph, answer.gaps))
    console.record("relations", _relations_document(graph, [*relations, *(relation for relation, _ in answer.gaps)]))
    return bool(answer.gaps)


def _show_relation(console: Console, graph: LineageGraph, relation: str, *, down: bool) -> bool:
    """Every column of a relation: where it comes from, or what it feeds. Returns whether anything is unresolved."""
    node = graph.nodes.get(relation)
    columns = [ColumnName(relation, name) for name in (node.columns if node else None) or ()]
    console.record("relation", label(graph, relation))
    console.heading(label(graph, relation))
    gaps = (_show_below if down else _show_above)(console, graph, relation, columns)
    show_gaps(console, graph, gaps)
    console.record("unresolved", _gaps_document(graph, gaps))
    return bool(gaps)


def _show_above(console: Console, graph: LineageGraph, relation: str, columns: Sequence[ColumnName]) -> Sequence[Gap]:
    rows = row_origins(graph, relation)
    show_columns(console, graph, columns)
    if rows:
        console.heading("Which rows it has")
        show_rows(console, graph, rows)
    console.record("columns", _columns_document(graph, columns))
    console.record("rows", _rows_document(graph, rows))
    console.record("uses", _uses_document(graph, uses_of(graph, {relation}, set())))
    console.record("relations", _relations_document(graph, [relation, *(row.relation for row in rows)]))
    walked = (step.column for column in columns for step in walk_up(graph, column))
    return gaps_above(graph, [*columns, *walked], [relation, *relations_above(graph, relation)])


def _show_below(console: Console, graph: LineageGraph, relation: str, columns: Sequence[ColumnName]) -> Sequence[Gap]:
    below = relations_below(graph, relation)
    by_values = {step.column.relation for column in columns for step in walk_down(graph, column)}
    uses = uses_of(graph, {relation, *by_values}, set(below))
    show_readers(console, graph, columns)
    show_uses(console, graph, uses, [relation, *below])
    console.record("columns", _readers_document(graph, columns))
    console.record("uses", _uses_document(graph, uses))
    console.record("relations", _relations_document(graph, [relation, *below]))
    return gaps_below(graph, [relation, *below])


def _show_summary(console: Console, graph: LineageGraph) -> bool:
    """Counts by layer, and what could not be resolved. Returns whether anything is unresolved."""
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
    console.record("unresolved", _gaps_document(graph, gaps))
    return bool(gaps)


def _layer(graph: LineageGraph, relation: str) -> Layer:
    return graph.nodes[relation].project.layer


def _steps_document(graph: LineageGraph, steps: Sequence[Step]) -> list[dict[str, Any]]:
    """Each edge of a walk, nearest first."""
    return [
        {
            "column": named(graph, step.column),
            "of": named(graph, step.of),
            "kind": step.kind,
            "expressions": list(step.expressions),
            "depth": step.depth,
            "incremental": step.within,
            "restricted": is_restricted(graph, step.column),
        }
        for step in steps
    ]


def _columns_document(graph: LineageGraph, columns: Sequence[ColumnName]) -> list[dict[str, Any]]:
    """Columns with the source columns that they are made from."""
    return [
        {
            "column": named(graph, column),
            "restricted": is_restricted(graph, column),
            "sources": [
                {"column": named(graph, source.column), "kind": source.kind} for source in sources(graph, column)
            ],
        }
        for column in columns
    ]


def _readers_document(graph: LineageGraph, columns: Sequence[ColumnName]) -> list[dict[str, Any]]:
    """Columns with those that are made from them, and the relations whose rows they decide, one step down."""
    return [
        {
            "column": named(graph, column),
            "restricted": is_restricted(graph, column),
            "readers": [
                {"column": named(graph, reader.column), "kind": reader.kind} for reader in graph.readers(column)
            ],
            "rows": [
                {"relation": label(graph, reader.relation), "role": reader.role} for reader in graph.row_readers(column)
            ],
        }
        for column in columns
    ]


def _rows_document(graph: LineageGraph, rows: Sequence[RowStep]) -> list[dict[str, Any]]:
    """What decides rows: of which relation, in which role, by which column, and the source columns behind it."""
    behind = {row.column: sources(graph, row.column) for row in rows}
    return [
        {
            "relation": label(graph, row.relation),
            "role": row.role,
            "column": named(graph, row.column),
            "expression": row.expression,
            "depth": row.depth,
            "incremental": row.column.relation == row.relation,
            "sources": [named(graph, source.column) for source in behind[row.column]],
        }
        for row in rows
    ]


def _uses_document(graph: LineageGraph, uses: Sequence[Use]) -> list[dict[str, Any]]:
    """Exposures, and through which relations they are reached."""
    return [
        {
            "name": use.exposure.name,
            "unique_id": use.exposure.unique_id,
            "type": use.exposure.type,
            "label": use.exposure.label,
            "owner": use.exposure.owner,
            "url": use.exposure.url,
            "use_case": use.exposure.use_case,
            "relations": [label(graph, relation) for relation in use.relations],
            "by": "values" if use.by_values else "rows",
        }
        for use in uses
    ]


def _gaps_document(graph: LineageGraph, found: Iterable[Gap]) -> list[dict[str, Any]]:
    """What could not be resolved, by relation."""
    return [{"relation": label(graph, relation), "column": gap.column, "reason": gap.reason} for relation, gap in found]


def _relations_document(graph: LineageGraph, relations: Iterable[str]) -> dict[str, Any]:
    """The relations that the document names, by their label."""
    projects = [graph.nodes[relation].project for relation in dict.fromkeys(relations) if relation in graph.nodes]
    return {
        project.label: {
            "unique_id": project.unique_id,
            "resource_type": project.resource_type,
            "layer": project.layer,
            "use_case": project.use_case,
            "file": project.file,
        }
        for project in projects
    }
