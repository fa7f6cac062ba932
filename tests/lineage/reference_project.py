"""The reference project's models, built by hand in memory on so few rows that it can be done again for every change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from ribbon.lineage import LineageGraph
from ribbon.lineage.nodes import ProjectNode
from tests.lineage.reference_changes import changes
from tests.lineage.reference_sample import SAMPLE

__all__ = ["ReferenceProject", "Sums"]

# A snapshot takes the time of the clock; some things are judged from a hundred of them on.
INSTEAD = {"current_timestamp": "timestamp '2018-01-01 00:00:00'", ">= 100": ">= 3"}


@dataclass(frozen=True)
class Sums:
    """Of a relation: sums over the hashes of values, which are others when the values are, in whatever order they come.

    alone: of each column. beside: of each column together with the first. rows: of whole rows.
    """

    alone: dict[str, int]
    beside: dict[str, int]
    rows: int


class ReferenceProject:
    """graph: the project's lineage, which also brings the SQL. build_file: of a build whose lake is sampled."""

    def __init__(self, graph: LineageGraph, build_file: Path) -> None:
        self.nodes = {key: node.project for key, node in graph.nodes.items()}
        self.inputs = [key for key, node in self.nodes.items() if not node.queries]
        order = TopologicalSorter({key: node.parents for key, node in self.nodes.items()}).static_order()
        self._models = [key for key in order if self.nodes[key].queries]
        self._connection = duckdb.connect()
        self._connection.execute("set threads = 1")
        self._take_sample(build_file)
        self._built_from: dict[str, list[Sums]] = {}
        self._sums: dict[str, Sums] = {key: self._summed(key) for key in self.inputs}
        self._build_what_is_stale()
        self.before = dict(self._sums)

    def columns(self, relation: str) -> Mapping[str, str]:
        """Names and types."""
        described = self._connection.execute(f"describe {_name(self.nodes[relation])}").fetchall()
        return {str(name): str(kind) for name, kind, *_ in described}

    def row_count(self, relation: str) -> int:
        return int(self._connection.execute(f"select count(*) from {_name(self.nodes[relation])}").fetchall()[0][0])

    def effects(self, relation: str, column: str) -> Iterator[tuple[str, dict[str, Sums]]]:
        """Each change of a source's or seed's column, and the sums of the relations that are others after it."""
        table, data_type = _name(self.nodes[relation]), self.columns(relation)[column]
        self._connection.execute(f"create or replace temp table kept as select * from {table}")
        for change in changes("kept", column, data_type):
            yield change, self._after(relation, f'select * replace ({change} as "{column}") from kept')
        self._after(relation, "select * from kept")

    def _after(self, relation: str, rows: str) -> dict[str, Sums]:
        self._connection.execute(f"create or replace table {_name(self.nodes[relation])} as {rows}")
        self._sums[relation] = self._summed(relation)
        self._build_what_is_stale()
        return {key: sums for key, sums in self._sums.items() if sums != self.before[key]}

    def _build_what_is_stale(self) -> None:
        """Every model whose parents are not what it was built from."""
        for key in self._models:
            parents = [self._sums[parent] for parent in self.nodes[key].parents if parent != key]
            if self._built_from.get(key) != parents:
                self._built_from[key] = parents
                self._build(key)
                self._sums[key] = self._summed(key)

    def _build(self, relation: str) -> None:
        node = self.nodes[relation]
        sql = node.queries[0]
        for old, new in INSTEAD.items():
            sql = sql.replace(old, new)
        self._connection.execute(f"create schema if not exists {_quoted(*node.path[:-1])}")
        self._connection.execute(f"create or replace table {_name(node)} as {sql}")

    def _summed(self, relation: str) -> Sums:
        columns = list(self.columns(relation))
        names = [f'"{name}"' for name in columns]
        hashed = [*names, *(f"{names[0]}, {name}" for name in names), ", ".join(names)]
        sums = ", ".join(f"coalesce(sum(hash({each})), 0)" for each in hashed)
        found = self._connection.execute(f"select {sums} from {_name(self.nodes[relation])}").fetchall()[0]
        alone, beside = found[: len(names)], found[len(names) : -1]
        return Sums(dict(zip(columns, alone, strict=True)), dict(zip(columns, beside, strict=True)), found[-1])

    def _take_sample(self, build_file: Path) -> None:
        self._connection.execute(f"attach '{build_file}' as full_build (read_only)")
        self._connection.execute("attach ':memory:' as build")
        self._connection.execute("create schema build.lake; create schema build.warehouse")
        for table, rows in SAMPLE.items():
            self._connection.execute(f"create table build.lake.{table} as {rows}")
        for key in self.inputs:
            if self.nodes[key].resource_type == "seed":
                name = _quoted(*self.nodes[key].path[1:])
                self._connection.execute(f"create table build.{name} as select * from full_build.{name}")
        self._connection.execute("detach full_build")


def _name(node: ProjectNode) -> str:
    return _quoted(*node.path)


def _quoted(*path: str) -> str:
    return ".".join(f'"{part}"' for part in path)
