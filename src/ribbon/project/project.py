"""A dbt project as its artifacts describe it: the one read model that every command asks.

It is read once per command and handed down. Records of the manifest are decoded when they are asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from ribbon.config import ProjectPaths
from ribbon.dbt.artifacts import Artifacts, read_artifacts, read_catalog
from ribbon.dbt.documentation import Described, DescribedExposure, Group, Test
from ribbon.dbt.grain import grain_of
from ribbon.dbt.nodes import CatalogNode, Node
from ribbon.dbt.relations import identifier_of
from ribbon.errors import ConfigError
from ribbon.model import Layer, Relation, SourceTable
from ribbon.project.data_tests import DataTests
from ribbon.project.delivered_sources import source_table
from ribbon.project.layers import Layers, Placement, read_patterns
from ribbon.project.names import labels_of
from ribbon.settings import Settings, read_settings

__all__ = ["Project", "read_project"]

# The macro by which Ribbon's own rule places models: folders decide on schemas.
_FOLDERS_DECIDE = "default__schemas_by_folder"
_HISTORY = "ribbon"


class Project:
    """paths: where it lies. target_dir: where its artifacts lie. catalog: what the database has, by unique id."""

    def __init__(
        self,
        paths: ProjectPaths,
        target_dir: Path,
        artifacts: Artifacts,
        catalog: Mapping[str, CatalogNode],
        settings: Settings,
    ) -> None:
        self.paths = paths
        self.target_dir = target_dir
        self.artifacts = artifacts
        self.catalog = catalog
        self.settings = settings
        self.tests = DataTests(artifacts)
        self._patterns = read_patterns(settings)

    @property
    def name(self) -> str:
        """The name of the dbt project; empty where the manifest does not say it."""
        return self.artifacts.metadata.project_name or ""

    @property
    def adapter(self) -> str:
        """The kind of database that the manifest was made for: duckdb, bigquery; empty where it does not say it."""
        return self.artifacts.metadata.adapter_type or ""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Sources, seeds, snapshots and models by unique id, sources first, then in dbt's order."""
        return self.artifacts.nodes

    # Layers

    @cached_property
    def layers(self) -> Layers:
        """The rule that says which layer a node is of."""
        return Layers(self._patterns, self.nodes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What in its settings has no effect, as sentences for users."""
        return tuple(f"{self.settings.path.name}: {each}" for each in self.layers.unmatched())

    @cached_property
    def placements(self) -> Mapping[str, Placement]:
        """Layer and use case of each node, by unique id."""
        return {key: self.layers.placement(node) for key, node in self.nodes.items()}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What people call each node, by unique id: `mart.store_daily`."""
        return labels_of(self.nodes, {key: each.layer for key, each in self.placements.items()})

    def names_of_files(self, files: Iterable[str]) -> tuple[str, ...]:
        """Files of the project as people know them: the label of the node that a file makes, else its path."""
        made = {node.original_file_path: key for key, node in self.nodes.items() if node.resource_type != "source"}
        return tuple(self.labels[made[file]] if file in made else file for file in files)

    # What reads what

    def parents(self, unique_id: str) -> tuple[str, ...]:
        """The nodes that a node reads by `ref` and `source`, each once, without itself."""
        node = self.nodes.get(unique_id)
        read = dict.fromkeys(node.depends_on.nodes if node else ())
        return tuple(key for key in read if key in self.nodes and key != unique_id)

    def children(self, unique_id: str) -> tuple[str, ...]:
        """The nodes that read a node by `ref` and `source`."""
        return tuple(self._children.get(unique_id, ()))

    def ancestors(self, unique_id: str) -> tuple[str, ...]:
        """Everything that a node reads, through to the sources, nearest first."""
        return tuple(_reached(unique_id, self.parents))

    def descendants(self, unique_id: str) -> tuple[str, ...]:
        """Everything that reads a node, through to the last, nearest first."""
        return tuple(_reached(unique_id, self.children))

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in self.nodes:
            for parent in self.parents(key):
                found.setdefault(parent, []).append(key)
        return found

    # What the project says of its nodes

    def record(self, unique_id: str) -> dict[str, Any]:
        """All that the manifest says of a node, source, test or unit test; empty where it has none of that id."""
        try:
            return self.artifacts.decoded(dict[str, Any], unique_id)
        except KeyError:
            return {}

    def described(self, unique_id: str) -> Described:
        """A source, seed, snapshot or model with what is written for people. Raises KeyError where there is none."""
        return self.artifacts.decoded(Described, unique_id)

    def grain(self, unique_id: str, columns: Iterable[str] | None = None) -> tuple[str, ...]:
        """The columns of which a node has one row each, as far as the project says.

        columns: as the relation has them; those that the YAML lists without it.
        """
        described = self.described(unique_id)
        known = [column.name for column in described.columns.values()] if columns is None else list(columns)
        return grain_of(described, self.tests.of(unique_id), known)

    def data_through(self, unique_id: str) -> list[str]:
        """The column that says how far the data of a node goes: its `meta: data_through`, else dbt's `event_time`."""
        config = self.record(unique_id).get("config") or {}
        declared = (config.get("meta") or {}).get("data_through") or config.get("event_time")
        return [str(declared)] if declared else []

    def restricted_columns(self, unique_id: str) -> frozenset[str]:
        """The columns of a node that its contract restricts, as the YAML spells them.

        What is made from them is restricted, too: `TracedProject` in ribbon.lineage says which columns are.
        """
        node = self.nodes.get(unique_id)
        return frozenset(column.name for column in node.columns.values() if column.restricted) if node else frozenset()

    @cached_property
    def restricts(self) -> bool:
        """Whether any contract restricts a column."""
        return any(column.restricted for node in self.nodes.values() for column in node.columns.values())

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Dbt's groups by name, of which there are no two alike."""
        groups = (self.artifacts.decoded(Group, key) for key in self.artifacts.group_ids)
        return {group.name: group for group in groups}

    def exposure(self, unique_id: str) -> DescribedExposure:
        """A use of the project's relations. Raises KeyError where there is none."""
        return self.artifacts.decoded(DescribedExposure, unique_id)

    def test(self, test_id: str) -> Test:
        """A data test. Raises KeyError where there is none."""
        return self.tests.test(test_id)

    def require_known_tests(self, unique_id: str) -> None:
        """Raise ConfigError where a test of a node is of no macro that the project has: nothing would be checked."""
        known = {macro.rpartition(".test_")[2] for macro in self.artifacts.macro_ids if ".test_" in macro}
        for test in self.tests.of(unique_id):
            name = test.test_metadata.name if test.test_metadata else ""
            if name and name not in known:
                node, meant = self.nodes[unique_id], get_close_matches(name, known, n=1)
                close = f"{meant[0]} is close" if meant else "install the package that has it"
                raise ConfigError(
                    f"{node.original_file_path}: {self.labels[unique_id]}: there is no test named {name}; {close}."
                    " Nothing of it lands unchecked."
                )

    # What Ribbon lands, builds and publishes

    @cached_property
    def sources(self) -> tuple[SourceTable, ...]:
        """The tables that `ribbon land` brings in: those that declare meta.delivery, by name."""
        return tuple(self._delivered[key] for key in sorted(self._delivered))

    @property
    def sources_by_id(self) -> Mapping[str, SourceTable]:
        """The same tables, by unique id."""
        return self._delivered

    @cached_property
    def _delivered(self) -> dict[str, SourceTable]:
        return {
            key: source_table(self.record(key), (self.record(test) for test in self.tests.ids(key)))
            for key, node in self.nodes.items()
            if node.resource_type == "source" and "delivery" in (node.config.meta or {})
        }

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Models, seeds and snapshots, in dbt's order."""
        return tuple(self._relation(node) for node in self.nodes.values() if node.resource_type != "source")

    def relation(self, unique_id: str) -> Relation:
        """A model, seed or snapshot. Raises KeyError where there is none."""
        return self._relations_by_id[unique_id]

    @cached_property
    def _relations_by_id(self) -> Mapping[str, Relation]:
        return {relation.unique_id: relation for relation in self.relations}

    @property
    def marts(self) -> tuple[Relation, ...]:
        """The relations that readers see."""
        return tuple(
            relation
            for relation in self.relations
            if relation.layer is Layer.MART and not self.nodes[relation.unique_id].ephemeral
        )

    @cached_property
    def developer_prefix(self) -> str:
        """What the target puts before the schemas where folders decide on them: `dev_` or the like, else nothing."""
        if not self.folders_decide:
            return ""
        return next((each.schema.removesuffix(each.public_schema) for each in self.relations), "")

    @cached_property
    def folders_decide(self) -> bool:
        """Whether Ribbon's own generate_schema_name places models, not the project's or dbt's."""
        return f"macro.{self.name}.{_FOLDERS_DECIDE}" in set(self.artifacts.macro_ids)

    @cached_property
    def history_schema(self) -> str:
        """The schema in which the target's runs are recorded."""
        if self.folders_decide:
            return f"{self.developer_prefix}{_HISTORY}"
        return next((f"{schema}_{_HISTORY}" for schema in self.artifacts.schemas_of_hooks), _HISTORY)

    def _relation(self, node: Node) -> Relation:
        placement = self.placements[node.unique_id]
        schema = node.schema or ""
        placed = f"mart_{placement.use_case}" if placement.use_case else Layer.WAREHOUSE.value
        return Relation(
            unique_id=node.unique_id,
            name=node.name,
            schema=schema,
            public_schema=(node.config.schema or placed) if self.folders_decide else schema,
            identifier=identifier_of(node),
            layer=placement.layer,
            path=node.original_file_path,
            use_case=placement.use_case,
            description=node.description or "",
            parents=node.depends_on.nodes,
        )


def read_project(
    paths: ProjectPaths,
    target_dir: Path,
    *,
    artifacts: Artifacts | None = None,
    catalog: Mapping[str, CatalogNode] | None = None,
) -> Project:
    """The project by dbt's artifacts in `target_dir`. artifacts, catalog: where they are at hand.

    Raises ConfigError where there is no manifest, or where one of the files cannot be read.
    """
    return Project(
        paths,
        target_dir,
        read_artifacts(target_dir) if artifacts is None else artifacts,
        read_catalog(target_dir) if catalog is None else catalog,
        read_settings(paths.project_dir),
    )


def _reached(start: str, onwards: Callable[[str], Iterable[str]]) -> Iterator[str]:
    met = {start}
    ahead = [start]
    for here in ahead:
        for beyond in onwards(here):
            if beyond not in met:
                met.add(beyond)
                ahead.append(beyond)
                yield beyond
