"""What the YAML of the project declares, as far as only evolution needs it: `meta`, deprecations, disabled models."""

import re
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import msgspec

from ribbon.dbt.documentation import Group
from ribbon.dbt.nodes import Dependencies
from ribbon.project import Project

__all__ = ["Declarations", "DeclaredGroup", "DeclaredNode", "DisabledModel"]


class DeclaredConfig(msgspec.Struct, frozen=True, gc=False):
    """The metadata in a node's configuration."""

    meta: dict[str, Any] | None = None


class DeclaredNode(msgspec.Struct, frozen=True, gc=False):
    """A node. created_at: when dbt last read its file, in seconds since 1970. patch_path: of its YAML."""

    unique_id: str
    name: str
    original_file_path: str
    patch_path: str | None = None
    created_at: float | None = None
    deprecation_date: str | None = None
    description: str | None = None
    config: DeclaredConfig = DeclaredConfig()
    meta: dict[str, Any] | None = None

    @property
    def contract(self) -> str | None:
        """The YAML file that declares it, relative to the project."""
        if self.unique_id.startswith("source."):
            return self.original_file_path
        return self.patch_path.split("://")[-1] if self.patch_path else None

    @property
    def metadata(self) -> dict[str, Any]:
        """All of its `meta`."""
        return (self.meta or {}) | (self.config.meta or {})

    @property
    def read_on(self) -> date | None:
        """A day on which it existed: dbt read its file as it is now."""
        return datetime.fromtimestamp(self.created_at, UTC).date() if self.created_at else None


class DeclaredGroup(Group, frozen=True, gc=False):
    """A group, with the file that declares it."""

    original_file_path: str = ""

    @property
    def metadata(self) -> dict[str, Any]:
        """All of its `meta`."""
        return (self.meta or {}) | ((self.config.meta if self.config else None) or {})


class DisabledModel(msgspec.Struct, frozen=True, gc=False):
    """A model that the project does not build, because of `enabled: false`."""

    unique_id: str
    name: str
    package_name: str
    original_file_path: str
    resource_type: str = ""
    schema: str | None = None
    alias: str | None = None
    patch_path: str | None = None


class DeclaredExposure(msgspec.Struct, frozen=True, gc=False):
    """An exposure, with the file that declares it."""

    unique_id: str
    name: str
    original_file_path: str = ""


class TestText(msgspec.Struct, frozen=True, gc=False):
    """What a test reads, and its text."""

    depends_on: Dependencies = Dependencies()
    test_metadata: msgspec.Raw = msgspec.Raw()
    raw_code: str | None = None

    @property
    def is_generic(self) -> bool:
        """Whether it is a test of one node, and not a query of its own."""
        return bytes(self.test_metadata) not in {b"", b"null"}


class Declarations:
    """Answers from the manifest, each decoded when it is needed."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._artifacts = project.artifacts

    def node(self, unique_id: str) -> DeclaredNode:
        """A source, seed, snapshot or model. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredNode, unique_id)

    def exposure(self, unique_id: str) -> DeclaredExposure:
        """An exposure. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredExposure, unique_id)

    def grain(self, unique_id: str) -> frozenset[str]:
        """The columns of which a node has one row each, in lower case."""
        return frozenset(name.casefold() for name in self._project.grain(unique_id))

    def description(self, unique_id: str, column: str) -> str:
        """The description of a column; empty where there is none."""
        columns = self._project.described(unique_id).columns.values()
        return next((each.description or "" for each in columns if each.name.casefold() == column), "")

    def disabled_models(self) -> tuple[DisabledModel, ...]:
        """The models of the project that are not built."""
        found = self._artifacts.disabled(DisabledModel)
        own = self._project.name
        return tuple(node for node in found if node.resource_type == "model" and node.package_name == own)

    def tested_columns(self, unique_id: str) -> frozenset[str]:
        """The columns that a test of a node names, in lower case: as its column, or in its arguments."""
        found: set[str] = set()
        for test in self._project.tests.of(unique_id):
            arguments = dict(test.test_metadata.kwargs) if test.test_metadata else {}
            arguments.pop("model", None)
            for value in (test.column_name, *arguments.values()):
                named = value if isinstance(value, list) else [value]
                found.update(each.casefold() for each in named if isinstance(each, str))
        return frozenset(found)

    def words_of_tests_reading(self, unique_id: str) -> frozenset[str]:
        """The words, in lower case, of tests of other nodes that read this one: they may name any of its columns."""
        return self._words_of_tests.get(unique_id, frozenset())

    @cached_property
    def _words_of_tests(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for test_id in self._artifacts.test_ids:
            test = self._artifacts.decoded(TestText, test_id)
            measured = set(self._project.tests.measured(test_id)) if test.is_generic else set()
            text = f"{bytes(test.test_metadata).decode()} {test.raw_code or ''}"
            for key in set(test.depends_on.nodes) - measured:
                found.setdefault(key, set()).update(word.casefold() for word in re.findall(r"\w+", text))
        return {key: frozenset(words) for key, words in found.items()}

    @cached_property
    def groups(self) -> dict[str, DeclaredGroup]:
        """The groups by name."""
        found = (self._artifacts.decoded(DeclaredGroup, key) for key in self._artifacts.group_ids)
        return {group.name: group for group in found}
