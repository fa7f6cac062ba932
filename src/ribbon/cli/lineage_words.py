"""How lineage is put into words, the same on the screen and in the document."""

from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.names import label
from ribbon.model import ColumnName, Kind

__all__ = ["is_restricted", "marked", "missing", "named", "one_line", "spelled"]


def named(graph: LineageGraph, column: ColumnName) -> str:
    """A column as people type it."""
    return f"{label(graph, column.relation)}.{spelled(graph, column)}"


def spelled(graph: LineageGraph, column: ColumnName) -> str:
    """A column's own name, as its relation writes it."""
    node = graph.nodes.get(column.relation)
    return (node.spelled(column.column) if node else None) or column.column


def is_restricted(graph: LineageGraph, column: ColumnName) -> bool:
    """Whether values of the column are never shown."""
    node = graph.nodes.get(column.relation)
    return node is not None and column.column.casefold() in node.project.restricted


def marked(graph: LineageGraph, column: ColumnName, text: str) -> str:
    """The text, and that the column is restricted where it is."""
    return f"{text} (restricted)" if is_restricted(graph, column) else text


def one_line(sql: str) -> str:
    """SQL without its line breaks."""
    return " ".join(sql.split())


def missing(kind: Kind) -> str:
    """What a column is made from that no column is the origin of."""
    return "aggregated from no column" if kind is Kind.AGGREGATED else "constant"
