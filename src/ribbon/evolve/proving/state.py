"""A state of the project as dbt compiled it: what every relation is made of, and what it reads."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ribbon.dbt.artifacts import Artifacts, read_artifacts
from ribbon.dbt.documentation import Described, Test
from ribbon.dbt.grain import grain_of
from ribbon.dbt.nodes import Node
from ribbon.dbt.relations import identifier_of
from ribbon.engines.mirror_file import Name
from ribbon.errors import ConfigError
from ribbon.evolve.proving.builders import builders_of

__all__ = ["State", "read_state"]

# Of a configuration: what people read, who may read, and how it is found. None of it changes a row.
NO_DATA = frozenset({"docs", "tags", "group", "access", "persist_docs", "grants", "freshness", "description"})
KEPT_AS_IT_IS = frozenset({"external", "snapshot"})
OF_COLUMNS = ("name", "data_type", "quote", "constraints")

# Names by which SQL gets hold of the moment in which it was compiled.
MOMENTS = ("run_started_at", "invocation_id", "modules.datetime")


@dataclass(frozen=True)
class State:
    """The artifacts of one state. variables: those of dbt_project.yml.

    large_seeds: digests of the files of seeds of which dbt keeps no checksum, by unique id.
    """

    artifacts: Artifacts
    variables: Mapping[str, Any]
    large_seeds: Mapping[str, str] = field(default_factory=dict)

    @property
    def nodes(self) -> Mapping[str, Node]:
        """Sources, seeds, snapshots and models by unique id."""
        return self.artifacts.nodes

    @cached_property
    def relations(self) -> dict[str, Name]:
        """Schema and identifier, in lower case, of what dbt builds."""
        return {
            key: ((node.schema or "").lower(), identifier_of(node).lower())
            for key, node in self.nodes.items()
            if node.resource_type != "source" and node.config.materialized != "ephemeral"
        }

    @cached_property
    def readers(self) -> dict[str, list[str]]:
        """Who reads a node, by unique id."""
        found: dict[str, list[str]] = {}
        for key, node in self.nodes.items():
            for parent in node.depends_on.nodes:
                found.setdefault(parent, []).append(key)
        return found

    @cached_property
    def made_of(self) -> dict[str, dict[str, Any]]:
        """All but the SQL that decides on the rows of a node, in one comparable value."""
        return {key: self._made_of(node) for key, node in self.nodes.items()}

    @cached_property
    def tests(self) -> dict[str, list[Test]]:
        """Data tests by the node that they measure."""
        found: dict[str, list[Test]] = {}
        for key in self.artifacts.test_ids:
            test = self.artifacts.decoded(Test, key)
            if test.attached_node:
                found.setdefault(test.attached_node, []).append(test)
        return found

    @cached_property
    def macros(self) -> dict[str, str]:
        """The text of every macro."""
        found = ((key, self.artifacts.macro(key)) for key in self.artifacts.macro_ids)
        return {key: macro.macro_sql for key, macro in found if macro}

    def is_built(self, key: str) -> bool:
        """Whether a proof builds it: not a snapshot, which would be moved on, nor what writes files."""
        node = self.nodes[key]
        return key in self.relations and node.config.materialized not in KEPT_AS_IT_IS

    def key_of(self, key: str, columns: Iterable[str]) -> tuple[str, ...]:
        """The columns of which there is one row each, as far as the project says."""
        described = self.artifacts.decoded(Described, key)
        return grain_of(described, self.tests.get(key, ()), list(columns))

    def restricted(self, key: str) -> frozenset[str]:
        """Columns of which no value is shown."""
        return frozenset(name for name, column in self.nodes[key].columns.items() if column.restricted)

    def has_moment(self, key: str) -> bool:
        """Whether the text of its SQL is another one each time it is compiled."""
        called = (self.macros.get(macro, "") for macro in self.nodes[key].depends_on.macros)
        texts = [self.nodes[key].raw_code or "", *called]
        return any(moment in text for moment in MOMENTS for text in texts)

    def _made_of(self, node: Node) -> dict[str, Any]:
        record = self.artifacts.decoded(dict, node.unique_id)
        config = {name: value for name, value in record.get("config", {}).items() if name not in NO_DATA}
        columns = [{part: column.get(part) for part in OF_COLUMNS} for column in record.get("columns", {}).values()]
        return {
            "config": config,
            "columns": columns,
            "constraints": record.get("constraints"),
            "relation": (record.get("schema"), identifier_of(node)),
            "checksum": self._checksum(node),
            "external": (node.meta, node.source_meta) if node.resource_type == "source" else None,
            "quarantine": self._quarantined(node.unique_id),
            "builder": self._builders.get(node.config.materialized or node.resource_type),
        }

    def _checksum(self, node: Node) -> object:
        return self.large_seeds.get(node.unique_id, node.checksum) if node.resource_type == "seed" else None

    def _quarantined(self, key: str) -> list[tuple[str, str]]:
        """Expectations whose unexpected rows are set aside, and so missing."""
        return sorted(
            (test.unique_id, repr((test.test_metadata, test.config)))
            for test in self.tests.get(key, ())
            if (test.config.meta or {}).get("on_unexpected") == "quarantine"
        )

    @cached_property
    def _builders(self) -> dict[str, str]:
        return builders_of(self.artifacts)


def read_state(target_dir: Path, variables: Mapping[str, Any]) -> State:
    """What dbt left in a folder, while the project still lies where dbt read it.

    Raises ConfigError where it cannot be read.
    """
    artifacts = read_artifacts(target_dir)
    seeds = (key for key, node in artifacts.nodes.items() if node.resource_type == "seed" and _is_large(node))
    return State(artifacts, variables, {key: _digest(artifacts.decoded(dict, key)) for key in seeds})


def _is_large(node: Node) -> bool:
    """Whether dbt keeps its path in place of a checksum, as it does of more than 1 MiB."""
    return node.checksum is not None and node.checksum.name == "path"


def _digest(record: Mapping[str, Any]) -> str:
    path = Path(record.get("root_path") or "", record["original_file_path"])
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. A proof compares the files of seeds.") from error
