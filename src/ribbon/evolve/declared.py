"""What the project's YAML says of its nodes, as far as proposals need it, from the manifest."""

import re
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import msgspec

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.documentation import Described, Group, Test
from ribbon.dbt.grain import grain_of
from ribbon.dbt.nodes import Dependencies, Owner
from ribbon.project.data_tests import DataTests

__all__ = ["Declared", "DeclaredGroup", "DeclaredNode", "SetAside"]

# What stands in the manifest where a test is singular: nothing, or null.
NO_METADATA = (b"", b"null")


class DeclaredConfig(msgspec.Struct, frozen=True, gc=False):
    """The metadata that a node's configuration holds."""

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
        """A day on which it was there: dbt read its file as it is now."""
        return datetime.fromtimestamp(self.created_at, UTC).date() if self.created_at else None


class ReadingTest(msgspec.Struct, frozen=True, gc=False):
    """What a test reads, and all that it says."""

    depends_on: Dependencies = Dependencies()
    test_metadata: msgspec.Raw = msgspec.Raw()
    raw_code: str | None = None


class DeclaredGroup(Group, frozen=True, gc=False):
    """A group, with the file that declares it."""

    original_file_path: str = ""

    @property
    def metadata(self) -> dict[str, Any]:
        """All of its `meta`."""
        return (self.meta or {}) | ((self.config.meta if self.config else None) or {})


class SetAside(msgspec.Struct, frozen=True, gc=False):
    """A node that the project does not build, by `enabled: false`."""

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
    owner: Owner | None = None


class Declared:
    """Answers from the manifest, each decoded when it is asked for."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._tests = DataTests(artifacts)

    def node(self, unique_id: str) -> DeclaredNode:
        """A source, seed, snapshot or model. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredNode, unique_id)

    def exposure(self, unique_id: str) -> DeclaredExposure:
        """An exposure. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredExposure, unique_id)

    def grain(self, unique_id: str) -> tuple[str, ...]:
        """The columns of which a node has one row each, as far as the project says; lower case."""
        described = self._artifacts.decoded(Described, unique_id)
        found = grain_of(described, self.tests(unique_id), [column.name for column in described.columns.values()])
        return tuple(name.casefold() for name in found)

    def description(self, unique_id: str, column: str) -> str:
        """What the project says of a column; empty where it says nothing."""
        columns = self._artifacts.decoded(Described, unique_id).columns.values()
        return next((each.description or "" for each in columns if each.name.casefold() == column), "")

    def set_aside(self) -> tuple[SetAside, ...]:
        """The models of the project that are not built."""
        own = self._artifacts.metadata.project_name
        found = self._artifacts.disabled(SetAside)
        return tuple(node for node in found if node.resource_type == "model" and node.package_name == own)

    def tests(self, unique_id: str) -> tuple[Test, ...]:
        """The data tests of a node."""
        return self._tests.of(unique_id)

    def test(self, test_id: str) -> Test:
        """A data test. Raises KeyError where there is none."""
        return self._tests.test(test_id)

    def tested_columns(self, unique_id: str) -> frozenset[str]:
        """The columns of a node that a test names, in lower case: alone, or in its arguments."""
        return frozenset(name for test in self.tests(unique_id) for name in _columns_of(test))

    def words_of_tests_reading(self, unique_id: str) -> frozenset[str]:
        """The words, in lower case, of the tests elsewhere that read a node: one may compare sums with it."""
        return self._words_of_tests.get(unique_id, frozenset())

    @cached_property
    def _words_of_tests(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for test_id in self._artifacts.test_ids:
            test = self._artifacts.decoded(ReadingTest, test_id)
            measured = set(self._tests.measured(test_id)) if bytes(test.test_metadata) not in NO_METADATA else set()
            for key in set(test.depends_on.nodes) - measured:
                text = f"{bytes(test.test_metadata).decode()} {test.raw_code or ''}"
                found.setdefault(key, set()).update(word.casefold() for word in re.findall(r"\w+", text))
        return {key: frozenset(words) for key, words in found.items()}

    @cached_property
    def groups(self) -> dict[str, DeclaredGroup]:
        """The groups by name."""
        found = (self._artifacts.decoded(DeclaredGroup, key) for key in self._artifacts.group_ids)
        return {group.name: group for group in found}


def _columns_of(test: Test) -> list[str]:
    named = [test.column_name] if test.column_name else []
    arguments = test.test_metadata.kwargs if test.test_metadata else {}
    for key, value in arguments.items():
        if key != "model":
            named += [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]
    return [name.casefold() for name in named]
