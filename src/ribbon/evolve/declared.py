"""What the project's YAML says of its nodes, as far as proposals need it, from the manifest."""

from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import msgspec

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.attached_tests import AttachedTests
from ribbon.dbt.documentation import Group, Test
from ribbon.dbt.nodes import Owner

__all__ = ["Declared", "DeclaredNode"]


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


class DeclaredGroup(Group, frozen=True, gc=False):
    """A group, with the file that declares it."""

    original_file_path: str = ""

    @property
    def metadata(self) -> dict[str, Any]:
        """All of its `meta`."""
        return (self.meta or {}) | ((self.config.meta if self.config else None) or {})


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
        self._tests = AttachedTests(artifacts)

    def node(self, unique_id: str) -> DeclaredNode:
        """A source, seed, snapshot or model. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredNode, unique_id)

    def exposure(self, unique_id: str) -> DeclaredExposure:
        """An exposure. Raises KeyError where there is none."""
        return self._artifacts.decoded(DeclaredExposure, unique_id)

    def tests(self, unique_id: str) -> tuple[Test, ...]:
        """The data tests of a node."""
        return self._tests.of(unique_id)

    def test(self, test_id: str) -> Test:
        """A data test. Raises KeyError where there is none."""
        return self._tests.test(test_id)

    def tested_columns(self, unique_id: str) -> frozenset[str]:
        """The columns of a node that a test names, in lower case: alone, or in its arguments."""
        return frozenset(name for test in self.tests(unique_id) for name in _columns_of(test))

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
