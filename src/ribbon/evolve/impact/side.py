"""A state of the project, read: its artifacts, the lineage of its columns, and what its SQL means."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ribbon.dbt.documentation import Test
from ribbon.dbt.nodes import CatalogColumn, CatalogNode
from ribbon.dbt.relations import identifier_of
from ribbon.evolve.middle import Middle, load_logic
from ribbon.evolve.proving.state import State
from ribbon.lineage import LineageGraph, LineageNode, lineage_of
from ribbon.lineage.project import read_project
from ribbon.project.data_tests import DataTests

__all__ = ["Delivered", "Side", "read_side"]

# Columns with their types of what the database has, by schema and table in lower case.
Delivered = Mapping[tuple[str, str], Mapping[str, str | None]]


@dataclass(frozen=True)
class Side:
    """One of the two states. name: what people call it. dialect: sqlglot's name of its SQL."""

    name: str
    dialect: str
    state: State
    graph: LineageGraph
    middle: Middle

    def node(self, key: str) -> LineageNode:
        """A relation. Raises KeyError where there is none of that unique id."""
        return self.graph.nodes[key]

    def label(self, key: str) -> str:
        """A relation as people type it."""
        return self.node(key).project.label

    def columns(self, key: str) -> dict[str, str | None]:
        """The columns that are known by name in lower case, with their types as far as somebody says."""
        declared = {name.casefold(): each.data_type for name, each in self.state.nodes[key].columns.items()}
        if key.startswith("source."):
            return declared
        logic = self.middle.whole(key)
        found = dict.fromkeys(output.name for output in logic.outputs) if logic else self.node(key).columns or ()
        types = {name.casefold(): kind for name, kind in (self.node(key).columns or {}).items()}
        return {name.casefold(): declared.get(name.casefold()) or types.get(name.casefold()) for name in found}

    def tests(self, key: str) -> tuple[Test, ...]:
        """The data tests of a relation."""
        return self._tests.of(key)

    @cached_property
    def _tests(self) -> DataTests:
        return DataTests(self.state.artifacts)


def read_side(name: str, state: State, folder: Path, target_dir: Path, cache_dir: Path, delivered: Delivered) -> Side:
    """A state whose files lie in `folder` and whose artifacts in `target_dir`. Raises as `read_project`."""
    nodes = read_project(folder, target_dir, None, (state.artifacts, _sources(state, delivered)))
    graph = lineage_of(nodes, cache_dir)
    return Side(name, nodes.dialect, state, graph, load_logic(graph, nodes.dialect, cache_dir))


def _sources(state: State, delivered: Delivered) -> dict[str, CatalogNode]:
    """Columns of sources alone: what the database has of models is of neither state for sure."""
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
