"""The mark `restricted` follows lineage: what is made from such a column has it, too, unless a contract treats it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import md5

from ribbon.dbt.nodes import Node
from ribbon.dbt.restricted import near_restricted
from ribbon.engines.clear_columns import ClearColumns, leave_clear_columns
from ribbon.errors import RibbonError
from ribbon.lineage.graph import LineageGraph, LineageNode
from ribbon.model import ColumnName
from ribbon.project import Project

__all__ = ["leave_for_gate", "with_restricted"]


def with_restricted(graph: LineageGraph) -> LineageGraph:
    """The graph with all columns marked whose values are made from restricted ones, however.

    Where lineage cannot tell what a column is made from, it is marked if its relation reads one that has such a column.
    """
    marked = {key: set(node.project.restricted) for key, node in graph.nodes.items() if node.project.restricted}
    if not marked:
        return graph
    readers = _readers(graph.nodes.values())
    ahead = dict.fromkeys(marked)
    while ahead:
        key = next(iter(ahead))
        del ahead[key]
        for reader in readers.get(key, ()):
            node = graph.nodes[reader]
            known = marked.get(reader, set())
            new = {name for name in _made_from(node, key, marked[key]) if name not in node.project.treated} - known
            if new:
                marked[reader] = known | new
                ahead[reader] = None
    nodes = {
        key: replace(node, project=replace(node.project, restricted=frozenset(marked[key]))) if key in marked else node
        for key, node in graph.nodes.items()
    }
    return LineageGraph(nodes, graph.exposures, graph.notes, graph.analysed)


def _made_from(node: LineageNode, key: str, names: set[str]) -> Iterator[str]:
    """The columns of a node, in lower case, that are or could be made from these columns of another."""
    gaps = {gap.column and gap.column.casefold() for gap in node.unresolved}
    is_unknown = not node.complete or not node.project.queries or None in gaps
    made = {column.name.casefold(): column for column in node.lineage.columns}
    for name in {*made, *map(str.casefold, node.columns or ())}:
        origins = (origin.column for origin in made[name].origins) if name in made else ()
        # A column that the SQL does not have is one of the table as it was before.
        if is_unknown or name in gaps or name not in made or any(_is_in(each, key, names) for each in origins):
            yield name


def _is_in(origin: ColumnName, key: str, names: set[str]) -> bool:
    return origin.relation == key and origin.column.casefold() in names


def _readers(nodes: Iterable[LineageNode]) -> dict[str, list[str]]:
    """By unique id, what reads a node, by dbt or by its SQL."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for parent in dict.fromkeys((*node.project.parents, *node.reads)):
            found.setdefault(parent, []).append(node.project.unique_id)
    return found


def leave_for_gate(project: Project, graph: LineageGraph) -> None:
    """Leave in the build file what the gate needs to know of lineage; nothing where another process holds the file."""
    if not (project.restricts and project.adapter == "duckdb" and project.paths.build_file.exists()):
        return
    near = near_restricted(project.nodes)
    found = []
    for key in near:
        above = _above(project.nodes, near, key)
        if above and graph.nodes[key].project.queries:
            node, state = graph.nodes[key], _state_of_sql(project.nodes, (key, *above))
            found.append(ClearColumns(key, state, _clear(node), sorted(node.project.restricted)))
    restricted = {key: sorted(node.project.restricted) for key, node in graph.nodes.items() if node.project.restricted}
    with suppress(RibbonError):
        leave_clear_columns(project.paths.build_file, project.history_schema, found, restricted, near)


def _above(nodes: Mapping[str, Node], near: frozenset[str], key: str) -> list[str]:
    """Those of them that a node reads, however far up."""
    ahead, met = [key], {key}
    for each in ahead:
        new = [parent for parent in nodes[each].depends_on.nodes if parent in near and parent not in met]
        met.update(new)
        ahead += new
    return ahead[1:]


def _state_of_sql(nodes: Mapping[str, Node], keys: Iterable[str]) -> str:
    """What changes with the SQL of these nodes, or with what they restrict: as in macros/ribbon/gate/restricted.sql."""
    lines = []
    for key in keys:
        node = nodes[key]
        restricted = sorted(column.name.lower() for column in node.columns.values() if column.restricted)
        treated = sorted(column.name.lower() for column in node.columns.values() if column.treated)
        checksum = node.checksum.checksum if node.checksum else ""
        lines.append(f"{key} {checksum} {','.join(restricted)} {','.join(treated)}")
    return md5("\n".join(sorted(lines)).encode(), usedforsecurity=False).hexdigest()


def _clear(node: LineageNode) -> list[str]:
    names = {name.casefold() for name in (*(node.columns or ()), *(column.name for column in node.lineage.columns))}
    return sorted(names - node.project.restricted)
