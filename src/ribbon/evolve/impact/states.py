"""A state of the project with its lineage and the meaning of its SQL; and one state read in the names of the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.nodes import CatalogColumn, CatalogNode
from ribbon.dbt.relations import identifier_of, rendered
from ribbon.engines.duckdb_file import quoted
from ribbon.evolve.evidence.logic import ProjectLogic, Relation, Task, load_logic, reading_of, relation_of
from ribbon.evolve.proof.states import CompiledState
from ribbon.lineage import LineageGraph, LineageNode, lineage_of
from ribbon.lineage.project import nodes_of
from ribbon.project import Project, read_project
from ribbon.sql.canonical import Logic, Reading

__all__ = ["AnalysedState", "Counterpart", "Delivered", "Translation", "analyse_state"]

# Columns of the tables in the database with their types, by schema and table in lower case.
Delivered = Mapping[tuple[str, str], Mapping[str, str | None]]


@dataclass(frozen=True)
class AnalysedState:
    """One of the two states. name: as people call it. dialect: sqlglot's name of its SQL."""

    name: str
    dialect: str
    compiled: CompiledState
    graph: LineageGraph
    logic: ProjectLogic

    def node(self, key: str) -> LineageNode:
        """A relation. Raises KeyError where there is none of that unique id."""
        return self.graph.nodes[key]

    def label(self, key: str) -> str:
        """A relation as people type it."""
        return self.node(key).project.label

    def columns(self, key: str) -> dict[str, str | None]:
        """The known columns by name in lower case, with their types where known."""
        declared = {name.casefold(): each.data_type for name, each in self.compiled.nodes[key].columns.items()}
        if key.startswith("source."):
            return declared
        logic = self.logic.whole(key)
        found = dict.fromkeys(output.name for output in logic.outputs) if logic else self.node(key).columns or ()
        types = {name.casefold(): kind for name, kind in (self.node(key).columns or {}).items()}
        return {name.casefold(): declared.get(name.casefold()) or types.get(name.casefold()) for name in found}

    @property
    def project(self) -> Project:
        """The read model of the project in this state."""
        return self.compiled.project


def analyse_state(
    name: str, state: CompiledState, folder: Path, target_dir: Path, cache_dir: Path, delivered: Delivered
) -> AnalysedState:
    """A state with its files in `folder` and its artifacts in `target_dir`. Raises as `read_project`."""
    paths, artifacts = ProjectPaths(folder, folder / "data"), state.project.artifacts
    nodes = nodes_of(read_project(paths, target_dir, artifacts=artifacts, catalog=_sources(state, delivered)))
    graph = lineage_of(nodes, cache_dir)
    return AnalysedState(name, nodes.dialect, state, graph, load_logic(graph, nodes.dialect, cache_dir))


def _sources(state: CompiledState, delivered: Delivered) -> dict[str, CatalogNode]:
    """Columns of sources only: tables of models in the database may belong to neither state."""
    found: dict[str, CatalogNode] = {}
    for key, node in state.nodes.items():
        there = delivered.get(((node.schema or "").lower(), identifier_of(node).lower()))
        if node.resource_type == "source" and there:
            declared = {column.name: column.data_type for column in node.columns.values()}
            known = {name.casefold() for name in there}
            new = {name: kind for name, kind in declared.items() if name.casefold() not in known}
            columns = {**there, **new}.items()
            found[key] = CatalogNode({each: CatalogColumn(each, kind, at) for at, (each, kind) in enumerate(columns)})
    return found


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The relation of the other state that a relation is. columns: the other's name of each column, by its name."""

    key: str
    columns: Mapping[str, str]

    def renames(self, key: str) -> bool:
        """Whether the name or any column differs."""
        return key != self.key or any(one != other for one, other in self.columns.items())


@dataclass
class Translation:
    """The SQL of one state in the names of the other. known: counterparts of relations in `state`.

    Relations of `state` that `other` does not have are replaced by their SQL.
    """

    state: AnalysedState
    other: AnalysedState
    known: dict[str, Counterpart] = field(default_factory=dict)

    def reading(self, key: str) -> Reading | None:
        """The queries of a model, the whole one last; None where its SQL cannot be read."""
        found = self._read(key, 0) if self._replaced(key) else None
        if found is None and self.state.logic.whole(key):
            return self.state.logic.readings[key]
        return found

    def later(self, key: str) -> Logic | None:
        """The logic of what a later run of an incremental model selects; None where it cannot be read."""
        found = self._read(key, 1) if len(self.state.node(key).project.queries) > 1 else None
        return found.queries[-1].logic if found else None

    def _read(self, key: str, branch: int) -> Reading | None:
        """An inlined subquery gets no alias, unless the SQL around it needs one to name columns."""
        relations = tuple(self._relations())
        for named in (False, True):
            reading = reading_of(Task(b"", self.state.dialect, self._sql(key, branch, named), relations))
            if reading.queries and not reading.unread:
                return reading
        return None

    def _replaced(self, key: str) -> list[str]:
        """The relations that it reads which have other names in the other state, or do not exist there."""
        return [parent for parent in self.state.node(key).project.parents if self._is_other(parent)]

    def _is_other(self, key: str) -> bool:
        if key in self.known:
            return self.known[key].renames(key)
        return key not in self.other.graph.nodes and bool(self.state.node(key).project.queries)

    def _sql(self, key: str, branch: int, named: bool) -> str:
        """Its SQL. named: whether inlined relations get their names as aliases."""
        sql = self.state.node(key).project.queries[branch]
        for parent in self._replaced(key):
            node = self.state.compiled.nodes[parent]
            if node.config.materialized == "ephemeral":
                continue  # its SQL is inlined already
            alias = f" as {quoted(self.state.node(parent).project.identifier)}" if named else ""
            text = self._renamed(parent) if parent in self.known else self._sql(parent, 0, named)
            sql = sql.replace(rendered(node, self.state.dialect), f"(\n{text}\n){alias}")
        return sql

    def _renamed(self, key: str) -> str:
        counterpart = self.known[key]
        columns = ", ".join(f"{quoted(other)} as {quoted(one)}" for one, other in counterpart.columns.items())
        place = rendered(self.other.compiled.nodes[counterpart.key], self.state.dialect)
        return f"select {columns} from {place}"  # noqa: S608 - it is analysed and never run; names are quoted

    def _relations(self) -> Iterator[Relation]:
        """Those of this state, and those of the other one with another name there."""
        renamed = {counterpart.key: counterpart for key, counterpart in self.known.items() if counterpart.renames(key)}
        for key, node in self.state.graph.nodes.items():
            if key not in renamed:
                yield relation_of(node)
        for key, counterpart in renamed.items():
            there = relation_of(self.other.node(key))
            new = dict.fromkeys((*(there.columns or ()), *counterpart.columns.values()))
            yield there if there.columns is None else there._replace(columns=tuple(new))
