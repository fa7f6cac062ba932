"""All evidence about a project that rules look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.engines.catalog_history import history_schema
from ribbon.engines.duckdb_file import open_file, query_columns
from ribbon.engines.history import PromiseHistory, read_promise_history
from ribbon.engines.table_diff import Apart, PlacedColumn, columns_apart
from ribbon.errors import WorldError
from ribbon.evolve.evidence.ages import Ages
from ribbon.evolve.evidence.declarations import Declarations
from ribbon.evolve.evidence.deliveries import Deliveries
from ribbon.evolve.evidence.logic import ProjectLogic, load_logic
from ribbon.evolve.evidence.measures import Measure, measures
from ribbon.evolve.evidence.query_logs import LogCoverage
from ribbon.evolve.git import GitHistory
from ribbon.evolve.thresholds import Thresholds, read_thresholds
from ribbon.lineage import LineageGraph, LineageNode, ProjectNodes, TracedProject
from ribbon.model import ColumnName
from ribbon.project import Project
from ribbon.usage import Usage, load_usage

__all__ = ["ProjectEvidence"]


@dataclass(frozen=True)
class ProjectEvidence:
    """All that rules look at; each part is read once, when a rule first needs it.

    traced: the project and its lineage. today: UTC. offered_in: a folder with files on offer, instead of those that
    contracts name. A part that cannot be read raises ConfigError.
    """

    traced: TracedProject
    today: date
    offered_in: Path | None = None

    @property
    def paths(self) -> ProjectPaths:
        """Where the project lies."""
        return self.traced.paths

    @property
    def target_dir(self) -> Path:
        """Where dbt wrote its artifacts."""
        return self.traced.target_dir

    @property
    def project(self) -> Project:
        """The read model of the project."""
        return self.traced.project

    @property
    def nodes(self) -> ProjectNodes:
        """The relations of the project with their SQL, layers and parents."""
        return self.traced.marked

    @property
    def graph(self) -> LineageGraph:
        """The lineage: which column is made from which."""
        return self.traced.graph

    @cached_property
    def own(self) -> Mapping[str, LineageNode]:
        """The relations of the project itself, without those of installed packages."""
        return {key: node for key, node in self.graph.nodes.items() if node.project.package == self.nodes.name}

    @cached_property
    def logic(self) -> ProjectLogic:
        """What the SQL of each model means."""
        return load_logic(self.graph, self.nodes.dialect, self.paths.cache_dir(self.target_dir), self.traced.progress)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The computed columns of marts, and what they mean."""
        return tuple(measures(self.logic))

    @cached_property
    def declared(self) -> Declarations:
        """What the YAML of the project declares, as far as only evolution needs it."""
        return Declarations(self.project)

    @cached_property
    def usage(self) -> Usage:
        """The imported query logs; empty where nothing was imported."""
        return load_usage(self.paths)

    @cached_property
    def coverage(self) -> LogCoverage:
        """How much of the project's use the query logs cover."""
        return LogCoverage(self.usage, self.graph, self.thresholds)

    @cached_property
    def thresholds(self) -> Thresholds:
        """The settings of evolution."""
        return read_thresholds(self.project.settings)

    @cached_property
    def deliveries(self) -> Mapping[str, Deliveries]:
        """The sources that Ribbon lands, by unique id; empty in a project that lands none."""
        sources = self.project.sources_by_id.items()
        return {key: Deliveries(self.paths, source, self.offered_in) for key, source in sources}

    @cached_property
    def promises(self) -> PromiseHistory:
        """The history of expectations in the build file; empty where there is none, or the file is locked."""
        if not self.paths.build_file.is_file():
            return PromiseHistory()
        try:
            with open_file(self.paths.build_file, read_only=True, memory_limit=self.paths.memory_limit) as connection:
                schemas = {node.schema for node in self.nodes.nodes.values() if node.resource_type != "source"}
                return read_promise_history(connection, history_schema(connection, schemas))
        except WorldError as error:
            return PromiseHistory(note=str(error))

    @cached_property
    def git(self) -> GitHistory:
        """The git history of the project's files."""
        return GitHistory(self.paths.project_dir)

    @cached_property
    def ages(self) -> Ages:
        """How long relations and columns have existed."""
        landed = {
            key: min(batch.landed_at.date() for batch in each.landed)
            for key, each in self.deliveries.items()
            if each.landed
        }
        queried = {each.relation: each.first.date() for each in self.usage.by_relation() if each.first}
        return Ages(self.nodes, self.declared, self.git, self.promises.first_built, landed, queried)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """What could not be determined, and why, as sentences."""
        found = [self.coverage.insufficient] if self.coverage.insufficient else []
        if not any(each.landed or each.offered for each in self.deliveries.values()):
            found.append("No source has been landed by Ribbon: no proposals from deliveries.")
        if self.promises.note:
            found.append(f"{self.promises.note} No proposals from the history of expectations.")
        elif not self.promises.tests:
            found.append("No run is recorded: no proposals from the history of expectations.")
        return tuple(found)

    def types_of(self, sql: str) -> Mapping[str, str]:
        """The columns of a query with the database's types; empty where the database cannot be queried."""
        if not self.paths.build_file.is_file():
            return {}
        try:
            return query_columns(self.paths.build_file, sql)
        except WorldError:
            return {}

    def apart(self, one: ColumnName, other: ColumnName, key: Sequence[str]) -> Apart | None:
        """How far two columns differ in the rows that both relations have; None where neither can be queried."""
        if not self.paths.build_file.is_file():
            return None
        nodes = [self.nodes.nodes[column.relation] for column in (one, other)]
        placed = [
            PlacedColumn(node.schema, node.identifier, column.column)
            for node, column in zip(nodes, (one, other), strict=True)
        ]
        try:
            return columns_apart(self.paths.build_file, placed[0], placed[1], key)
        except WorldError:
            return None

    def text(self, path: str) -> str | None:
        """A file of the project in the working tree; None where there is none."""
        try:
            return (self.paths.project_dir / path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
