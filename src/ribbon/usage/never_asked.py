"""Columns of marts that nobody asked for."""

from collections.abc import Mapping

from ribbon.lineage import LineageGraph
from ribbon.model import Layer
from ribbon.usage.usage import Usage

__all__ = ["never_asked"]


def never_asked(usage: Usage, graph: LineageGraph) -> Mapping[str, tuple[str, ...]]:
    """The columns of each mart that no query used in any role, by the mart's unique id; the whole mart where none is.

    Empty while nothing was imported, for then nothing is known.
    """
    if not usage.totals().queries:
        return {}
    asked: dict[str, set[str]] = {}
    for use in usage.by_column():
        asked.setdefault(use.relation, set()).add(use.column.casefold())
    found = {
        key: tuple(name for name in node.columns or () if name.casefold() not in asked.get(key, ()))
        for key, node in graph.nodes.items()
        if node.project.layer is Layer.MART
    }
    return {key: columns for key, columns in found.items() if columns}
