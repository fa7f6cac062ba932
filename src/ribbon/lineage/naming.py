"""Finding the relation or column that somebody means by what they type."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ribbon.errors import ConfigError
from ribbon.lineage.closest import unknown_column, unknown_name
from ribbon.lineage.graph import LineageGraph
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import ColumnName

__all__ = ["Meant", "find", "label"]

# A part of a name: in one of the quotes of SQL, a doubled quote standing for itself, or up to the next dot.
PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[((?:[^\]]|\]\])+)\]|([^."`\[\]]+)')


@dataclass(frozen=True, slots=True)
class Meant:
    """A relation of the graph, and a column of it where one was named."""

    relation: str
    column: str | None = None

    @property
    def name(self) -> ColumnName | None:
        """The column; None where a whole relation is meant."""
        return ColumnName(self.relation, self.column) if self.column is not None else None


def label(graph: LineageGraph, relation: str) -> str:
    """A relation as people type it; one that is no node of the project, as the SQL names it."""
    node = graph.nodes.get(relation)
    return node.project.label if node else relation


def find(graph: LineageGraph, text: str) -> Meant:
    """The relation or column that `text` names, whatever its case.

    A relation goes by its name alone or after its layer, schema, database and schema, source system, or package, or by
    dbt's unique id; a column by its name after a relation's. Parts may be quoted. Raises ConfigError where nothing goes
    by the name, with the closest names, and where several things do, with their names.
    """
    parts = _parts(text)
    found = [*_relations(graph, parts), *_columns(graph, parts)]
    exact = [meant for meant in found if _typed(graph, meant).casefold() == ".".join(parts)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise ConfigError(f"{text} can mean {len(found)} things. Name one of them: {', '.join(_apart(graph, found))}.")
    raise ConfigError(_unknown(graph, text, parts))


def _parts(text: str) -> tuple[str, ...]:
    """The parts of a name between its dots, without quotes, in lower case."""
    stripped = text.strip()
    parts, place = [], 0
    while match := PART.match(stripped, place):
        double, grave, bracket, plain = match.groups()
        parts.append((plain or (double or "").replace('""', '"') or (grave or bracket).strip()).casefold())
        place = match.end()
        if place < len(stripped) and stripped[place] == ".":
            place += 1
        elif place < len(stripped):
            break
    if not parts or place < len(stripped) or stripped.endswith("."):
        raise ConfigError(f"{text} is no name. Write relation.column, such as mart.store_daily.net_sales_usd.")
    return tuple(parts)


def _relations(graph: LineageGraph, parts: tuple[str, ...]) -> Iterator[Meant]:
    """The relations that go by these parts."""
    for key, node in graph.nodes.items():
        project = node.project
        last = {project.name.casefold(), project.identifier.casefold(), key.rpartition(".")[2].casefold()}
        if parts[-1] in last and parts in _names(project):
            yield Meant(key)
    joined = ".".join(parts)
    yield from (Meant(key) for key in _outside(graph) if key.casefold() == joined)


def _names(project: ProjectNode) -> set[tuple[str, ...]]:
    """All that a relation goes by, in lower case."""
    path = project.path if not project.ephemeral else ()
    names = [
        (project.name,),
        (project.identifier,),
        (project.layer.value, project.name),
        (project.schema, project.identifier),
        (project.package, project.name),
        tuple(project.label.split(".")),
        tuple(project.unique_id.split(".")),
        *(tuple(path[start:]) for start in range(len(path))),
    ]
    if project.system:
        names.append((project.system, project.name))
    return {tuple(part.casefold() for part in name) for name in names}


def _outside(graph: LineageGraph) -> set[str]:
    """The relations that SQL reads and the project does not know."""
    return {read for node in graph.nodes.values() for read in node.reads if read not in graph.nodes}


def _columns(graph: LineageGraph, parts: tuple[str, ...]) -> Iterator[Meant]:
    """The columns that go by these parts: the last names the column, the others its relation."""
    for meant in _relations(graph, parts[:-1]) if len(parts) > 1 else ():
        spelled = _spelled(graph, ColumnName(meant.relation, parts[-1]))
        if spelled is not None:
            yield Meant(meant.relation, spelled)


def _spelled(graph: LineageGraph, column: ColumnName) -> str | None:
    """The column as its relation writes it; where nobody lists its columns, as those do who read it."""
    node = graph.nodes.get(column.relation)
    known = node.spelled(column.column) if node else None
    if known is None and (graph.readers(column) or graph.row_readers(column)):
        return column.column
    return known


def _typed(graph: LineageGraph, meant: Meant) -> str:
    named = label(graph, meant.relation)
    return named if meant.column is None else f"{named}.{meant.column}"


def _apart(graph: LineageGraph, found: Sequence[Meant]) -> list[str]:
    """Names that tell things apart: as they are typed, with dbt's unique ids where that would be the same for two."""
    typed = sorted(_typed(graph, meant) for meant in found)
    return typed if len(set(typed)) == len(typed) else sorted(str(meant.name or meant.relation) for meant in found)


def _unknown(graph: LineageGraph, text: str, parts: tuple[str, ...]) -> str:
    """Why nothing goes by the name, and what is close to it."""
    relations = list(_relations(graph, parts[:-1])) if len(parts) > 1 else []
    if len(relations) != 1:
        return unknown_name(graph.nodes.values(), text, parts)
    named, node = label(graph, relations[0].relation), graph.nodes.get(relations[0].relation)
    return unknown_column(named, tuple(node.columns or ()) if node else (), parts[-1])
