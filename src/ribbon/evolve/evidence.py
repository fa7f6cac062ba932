"""What is seen of a project, from both ends and between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import Artifacts
from ribbon.engines.catalog_history import history_schema
from ribbon.engines.duckdb_file import open_file, query_columns
from ribbon.engines.history import PromiseHistory, read_promise_history
from ribbon.engines.table_diff import Apart, PlacedColumn, columns_apart
from ribbon.errors import WorldError
from ribbon.evolve.age import Ages
from ribbon.evolve.declared import Declared
from ribbon.evolve.git_history import GitHistory
from ribbon.evolve.left.deliveries import Deliveries
from ribbon.evolve.middle import Measure, Middle, load_logic, measures
from ribbon.evolve.right.cover import LogCover
from ribbon.evolve.thresholds import Thresholds, read_thresholds
from ribbon.lineage import LineageGraph, LineageNode, lineage_of
from ribbon.lineage.project import ProjectNodes, nodes_of
from ribbon.lineage.scheduling import Progress
from ribbon.model import ColumnName
from ribbon.project import Project, read_project
from ribbon.usage import Usage, load_usage

__all__ = ["Seen"]


@dataclass(frozen=True)
class Seen:
    """All that rules look at; each part is read when a rule asks for it, and once.

    target_dir: where dbt left its artifacts. today: UTC. progress: hears how many queries of the lineage are done.
    offered_in: a folder to look in for files on offer, instead of those that contracts name. A
    part that raises says what is wrong: ConfigError where artifacts or contracts cannot be read.
    """

    project: ProjectPaths
    target_dir: Path
    today: date
    progress: Progress | None = None
    offered_in: Path | None = None

    @cached_property
    def artifacts(self) -> Artifacts:
        """The manifest, as dbt wrote it."""
        return self.model.artifacts

    @cached_property
    def nodes(self) -> ProjectNodes:
        """The project's relations with their SQL, layers and parents."""
        return nodes_of(self.model, self.project.build_file)

    @cached_property
    def graph(self) -> LineageGraph:
        """Which column is made from which."""
        return lineage_of(self.nodes, self.project.cache_dir(self.target_dir), progress=self.progress)

    @cached_property
    def own(self) -> Mapping[str, LineageNode]:
        """The relations that the project itself declares, without those of installed packages."""
        return {key: node for key, node in self.graph.nodes.items() if node.project.package == self.nodes.name}

    @cached_property
    def readers(self) -> Mapping[str, tuple[str, ...]]:
        """What dbt builds from each relation by `ref` and `source`, whether or not a column of it is read."""
        found: dict[str, list[str]] = {}
        for key, node in self.nodes.nodes.items():
            for parent in node.parents:
                found.setdefault(parent, []).append(key)
        return {key: tuple(readers) for key, readers in found.items()}

    @cached_property
    def middle(self) -> Middle:
        """What the SQL of each model means."""
        return load_logic(self.graph, self.nodes.dialect, self.project.cache_dir(self.target_dir), self.progress)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The computed columns of marts, and what they mean."""
        return tuple(measures(self.middle))

    @cached_property
    def declared(self) -> Declared:
        """What the project's YAML says."""
        return Declared(self.artifacts)

    @cached_property
    def usage(self) -> Usage:
        """The imported query logs; empty where nothing was imported."""
        return load_usage(self.project)

    @cached_property
    def cover(self) -> LogCover:
        """How far the logs can say that something is not used."""
        return LogCover(self.usage, self.graph, self.thresholds)

    @cached_property
    def thresholds(self) -> Thresholds:
        """What the project declares about its evolution."""
        return read_thresholds(self.model.settings)

    @cached_property
    def model(self) -> Project:
        """The read model of the project."""
        return read_project(self.project, self.target_dir)

    @cached_property
    def deliveries(self) -> Mapping[str, Deliveries]:
        """The sources that Ribbon lands, by unique id; empty in a project that lands none."""
        return {
            key: Deliveries(self.project, source, self.offered_in) for key, source in self.model.sources_by_id.items()
        }

    @cached_property
    def promises(self) -> PromiseHistory:
        """What the history of the build file says of expectations; empty where there is none, or where it is held."""
        if not self.project.build_file.is_file():
            return PromiseHistory()
        try:
            with open_file(
                self.project.build_file, read_only=True, memory_limit=self.project.memory_limit
            ) as connection:
                schemas = {node.schema for node in self.nodes.nodes.values() if node.resource_type != "source"}
                return read_promise_history(connection, history_schema(connection, schemas))
        except WorldError as error:
            return PromiseHistory(note=str(error))

    @cached_property
    def git(self) -> GitHistory:
        """What the repository knows of the project's files."""
        return GitHistory(self.project.project_dir)

    @cached_property
    def ages(self) -> Ages:
        """Since when relations and columns are known to be there."""
        landed = {
            key: min(batch.landed_at.date() for batch in each.landed)
            for key, each in self.deliveries.items()
            if each.landed
        }
        asked = {each.relation: each.first.date() for each in self.usage.by_relation() if each.first}
        return Ages(self.nodes, self.declared, self.git, self.promises.first_built, landed, asked)

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """What cannot be said, as sentences, and why."""
        found = [self.cover.wanting] if self.cover.wanting else []
        if not any(each.landed or each.offered for each in self.deliveries.values()):
            found.append("No source of Ribbon has landed: nothing is said of deliveries.")
        if self.promises.note:
            found.append(f"{self.promises.note} Nothing is said of the history of expectations.")
        elif not self.promises.tests:
            found.append("No run is recorded: nothing is said of the history of expectations.")
        return tuple(found)

    def types_of(self, sql: str) -> Mapping[str, str]:
        """The columns as a query names them, with the database's types; empty where it cannot be asked."""
        if not self.project.build_file.is_file():
            return {}
        try:
            return query_columns(self.project.build_file, sql)
        except WorldError:
            return {}

    def apart(self, one: ColumnName, other: ColumnName, key: Sequence[str]) -> Apart | None:
        """How far two columns are apart in the rows that both relations have; None where nobody can be asked."""
        if not self.project.build_file.is_file():
            return None
        nodes = [self.nodes.nodes[column.relation] for column in (one, other)]
        placed = [
            PlacedColumn(node.schema, node.identifier, column.column)
            for node, column in zip(nodes, (one, other), strict=True)
        ]
        try:
            return columns_apart(self.project.build_file, placed[0], placed[1], key)
        except WorldError:
            return None

    def text(self, path: str) -> str | None:
        """A file of the project as it is in the working tree; None where it is not there."""
        try:
            return (self.project.project_dir / path).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
