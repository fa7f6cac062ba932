"""Lineage as a JSON document; docs/handbook/lineage.md says what each part means."""

from collections.abc import Iterable, Sequence
from typing import Any

from ribbon.cli.lineage_words import is_restricted, named
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.impact import Use
from ribbon.lineage.names import label
from ribbon.lineage.walks import Gap, RowStep, Step, sources
from ribbon.model import ColumnName

__all__ = [
    "told_columns",
    "told_gaps",
    "told_readers",
    "told_relations",
    "told_rows",
    "told_steps",
    "told_uses",
]


def told_steps(graph: LineageGraph, steps: Sequence[Step]) -> list[dict[str, Any]]:
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


def told_columns(graph: LineageGraph, columns: Sequence[ColumnName]) -> list[dict[str, Any]]:
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


def told_readers(graph: LineageGraph, columns: Sequence[ColumnName]) -> list[dict[str, Any]]:
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


def told_rows(graph: LineageGraph, rows: Sequence[RowStep]) -> list[dict[str, Any]]:
    """What decides rows: whose, in which role, by which column, and the source columns behind it."""
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


def told_uses(graph: LineageGraph, uses: Sequence[Use]) -> list[dict[str, Any]]:
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


def told_gaps(graph: LineageGraph, found: Iterable[Gap]) -> list[dict[str, Any]]:
    """What could not be resolved, by relation."""
    return [{"relation": label(graph, relation), "column": gap.column, "reason": gap.reason} for relation, gap in found]


def told_relations(graph: LineageGraph, relations: Iterable[str]) -> dict[str, Any]:
    """The relations that the document names, by the name that it gives them."""
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
