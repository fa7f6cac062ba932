"""The relation or column that somebody means by the name that they type."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ribbon.errors import ConfigError
from ribbon.lineage.graph import LineageGraph, LineageNode
from ribbon.lineage.nodes import ProjectNode
from ribbon.model import ColumnName

__all__ = ["Meant", "find", "label"]

# A part of a name: in one of the quotes of SQL, a doubled quote standing for itself, or up to the next dot.
PART = re.compile(r'"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|\[((?:[^\]]|\]\])+)\]|([^."`\[\]]+)')


# How many close names are suggested, and how alike they have to be.
CLOSE = 5
ALIKE = 0.7


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
    dbt's unique id; a column by its name after a relation's. Parts may be quoted. Raises ConfigError where nothing is
    called so, with similar names, and where several things are, with their names.
    """
    parts = _parts(text)
    found = [*_relations(graph, parts), *_columns(graph, parts)]
    exact = [meant for meant in found if _typed(graph, meant).casefold() == ".".join(parts)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise ConfigError(f"{text} matches {len(found)} names. Use one of them: {', '.join(_apart(graph, found))}.")
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
        raise ConfigError(f"{text} is not a name. Write relation.column, such as mart.store_daily.net_sales_usd.")
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
    """The column as its relation writes it; where its columns are unknown, as its readers write it."""
    node = graph.nodes.get(column.relation)
    known = node.spelled(column.column) if node else None
    if known is None and (graph.readers(column) or graph.row_readers(column)):
        return column.column
    return known


def _typed(graph: LineageGraph, meant: Meant) -> str:
    named = label(graph, meant.relation)
    return named if meant.column is None else f"{named}.{meant.column}"


def _apart(graph: LineageGraph, found: Sequence[Meant]) -> list[str]:
    """Names that differ: as they are typed, or dbt's unique ids where two would be the same."""
    typed = sorted(_typed(graph, meant) for meant in found)
    return typed if len(set(typed)) == len(typed) else sorted(str(meant.name or meant.relation) for meant in found)


def _unknown(graph: LineageGraph, text: str, parts: tuple[str, ...]) -> str:
    """Why nothing has the name, and what is similar."""
    relations = list(_relations(graph, parts[:-1])) if len(parts) > 1 else []
    if len(relations) != 1:
        return _unknown_name(graph.nodes.values(), text, parts)
    named, node = label(graph, relations[0].relation), graph.nodes.get(relations[0].relation)
    return _unknown_column(named, tuple(node.columns or ()) if node else (), parts[-1])


def _unknown_column(relation: str, columns: Sequence[str], column: str) -> str:
    """Why the relation has no such column. columns: those it has, empty where they are unknown."""
    if not columns:
        return (
            f"{relation}: its columns are unknown, and nothing reads {column} from it. `dbt docs generate` gets them"
            " from the database."
        )
    close = _close(column, columns)
    hint = f"Similar: {', '.join(close)}" if close else f"It has {', '.join(columns)}"
    return f"{relation} has no column {column}. {hint}."


def _unknown_name(nodes: Iterable[LineageNode], text: str, parts: Sequence[str]) -> str:
    """Why nothing is called `text`. parts: those of it, in lower case."""
    close = _close_relations(nodes, parts)
    hint = f"Similar: {', '.join(close)}. " if close else ""
    return f"nothing is called {text}. {hint}If it is new, run `dbt compile` first."


def _close_relations(nodes: Iterable[LineageNode], parts: Sequence[str]) -> list[str]:
    """Relations whose names are close to the whole, to all but the last part, or to a part."""
    by_name: dict[str, str] = {}
    for node in nodes:
        by_name[node.project.label] = by_name[node.project.name] = node.project.label
    found: dict[str, None] = {}
    for wanted in (".".join(parts[:-1]), ".".join(parts), *parts[-2:]):
        found.update(dict.fromkeys(by_name[name] for name in _close(wanted, tuple(by_name))))
    return list(found)[:CLOSE]


def _close(wanted: str, names: Sequence[str]) -> list[str]:
    """The names that are most alike, best first."""
    spelled = {name.casefold(): name for name in names}
    return [spelled[name] for name in get_close_matches(wanted, tuple(spelled), n=CLOSE, cutoff=ALIKE)]
