"""Which data test measures which node. dbt names the model of a generic test, but not its source."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.documentation import AttachedTest, Test, TestMetadata

__all__ = ["DataTests"]

_NO_METADATA = (b"", b"null")
# What ends the unique id of a model with versions.
_VERSION = re.compile(r"\.v[^.]+$")
_REF = re.compile(r"""ref\(\s*(?:["'][^"']*["']\s*,\s*)?["']([^"']+)["']""")
_SOURCE = re.compile(r"""source\(\s*["']([^"']+)["']\s*,\s*["']([^"']+)["']""")


class DataTests:
    """The data tests of a project, by the node that they measure."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def ids(self, unique_id: str) -> tuple[str, ...]:
        """The tests of a node, in dbt's order. A singular test belongs to all that it reads."""
        return tuple(self._by_node.get(unique_id, ()))

    def of(self, unique_id: str) -> tuple[Test, ...]:
        """The same tests, decoded now."""
        return tuple(self.test(test_id) for test_id in self.ids(unique_id))

    def measured(self, test_id: str) -> tuple[str, ...]:
        """The nodes that a test measures; empty where there is no such test."""
        return self._by_test.get(test_id, ())

    def test(self, test_id: str) -> Test:
        """A test, decoded now. Raises KeyError where there is none."""
        return self._artifacts.decoded(Test, test_id)

    @cached_property
    def held_against(self) -> frozenset[str]:
        """The nodes that tests of other nodes read, as those of a fact read a dimension.

        A singular test is of all that it reads.
        """
        read = {test_id: self._artifacts.decoded(AttachedTest, test_id).depends_on.nodes for test_id in self._by_test}
        return frozenset(
            node for test_id, nodes in read.items() for node in nodes if node not in self._by_test[test_id]
        )

    @cached_property
    def _by_test(self) -> Mapping[str, tuple[str, ...]]:
        artifacts = self._artifacts
        return {test_id: _measured(artifacts.decoded(AttachedTest, test_id)) for test_id in artifacts.test_ids}

    @cached_property
    def _by_node(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for test_id, nodes in self._by_test.items():
            for node in nodes:
                found.setdefault(node, []).append(test_id)
        return found


def _measured(test: AttachedTest) -> tuple[str, ...]:
    if test.attached_node:
        return (test.attached_node,)
    if bytes(test.test_metadata) in _NO_METADATA:
        return tuple(dict.fromkeys(test.depends_on.nodes))
    metadata = msgspec.json.decode(test.test_metadata, type=TestMetadata)
    return _named(str(metadata.kwargs.get("model", "")), test.depends_on.nodes)


def _named(model: str, read: Sequence[str]) -> tuple[str, ...]:
    """The node that the argument `model` names; none where the project lacks it, whatever else the test reads."""
    if not read:
        return ()
    source, ref = _SOURCE.search(model), _REF.search(model)
    ending = f".{source[1]}.{source[2]}" if source else f".{ref[1]}" if ref else None
    if not ending:
        return (read[-1],)
    return tuple(node for node in read if node.endswith(ending) or _VERSION.sub("", node).endswith(ending))[:1]
