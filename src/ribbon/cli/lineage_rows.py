"""What decides which rows a relation has, on the screen."""

import re
from collections.abc import Sequence

from ribbon.cli.console import Console
from ribbon.cli.lineage_tree import line
from ribbon.cli.lineage_words import marked, one_line, spelled
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.names import label
from ribbon.lineage.walks import RowStep
from ribbon.model import ColumnName, Role

__all__ = ["show_rows"]

# SQL that is a column and no more, with or without its relation.
NAME = re.compile(r"""[\w$."`\[\]]+""")
SHOWN = 10


def show_rows(console: Console, graph: LineageGraph, rows: Sequence[RowStep]) -> None:
    """What decides which rows there are, relation by relation, nearest first."""
    by_relation: dict[str, list[RowStep]] = {}
    for row in rows:
        by_relation.setdefault(row.relation, []).append(row)
    for relation, own in list(by_relation.items())[:SHOWN]:
        console.say(f"  {label(graph, relation)}")
        _show_conditions(console, graph, own)
    if len(by_relation) > SHOWN:
        console.say(f"  and {len(by_relation) - SHOWN:,} more relations, which --json names")


def _show_conditions(console: Console, graph: LineageGraph, rows: Sequence[RowStep]) -> None:
    by_condition: dict[tuple[Role, str], list[RowStep]] = {}
    for row in rows:
        condition = "" if NAME.fullmatch(row.expression) else one_line(row.expression)
        by_condition.setdefault((row.role, condition), []).append(row)
    for (role, condition), deciding in by_condition.items():
        told = f"    {role} {_deciding(graph, deciding)}"
        if not condition:
            console.say(told)
        elif len(told) + len(condition) + 2 <= console.width:
            console.cut(line((told, ""), (f": {condition}", "dim")))
        else:
            console.say(told)
            console.cut(line((f"        {condition}", "dim")))


def _deciding(graph: LineageGraph, rows: Sequence[RowStep]) -> str:
    """The columns, those of one relation together."""
    by_relation: dict[str, dict[ColumnName, None]] = {}
    for row in rows:
        by_relation.setdefault(row.column.relation, {})[row.column] = None
    return ", ".join(
        f"{label(graph, relation)}{_listed(graph, list(columns))}{_itself(relation, rows[0])}"
        for relation, columns in by_relation.items()
    )


def _listed(graph: LineageGraph, columns: Sequence[ColumnName]) -> str:
    names = [marked(graph, each, spelled(graph, each)) for each in columns]
    return f".{names[0]}" if len(names) == 1 else f" ({', '.join(names)})"


def _itself(relation: str, row: RowStep) -> str:
    return " (itself, incremental)" if relation == row.relation else ""
