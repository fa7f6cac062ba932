"""Which test is attached to which relation."""

from collections.abc import Mapping
from functools import cached_property

import msgspec

from ribbon.dbt.artifacts import Artifacts
from ribbon.dbt.attachment import measured_by
from ribbon.dbt.documentation import AttachedTest, Test, TestMetadata

__all__ = ["AttachedTests"]

_NO_METADATA = (b"", b"null")


class AttachedTests:
    """The data tests of a project, by what they are attached to."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def ids(self, uid: str) -> tuple[str, ...]:
        """The tests of a relation. A singular test belongs to all that it reads."""
        return tuple(self._by_relation.get(uid, ()))

    def of(self, uid: str) -> tuple[Test, ...]:
        """The same, decoded now."""
        return tuple(self.test(test_id) for test_id in self.ids(uid))

    def tested(self, test_id: str) -> tuple[str, ...]:
        """The relations of a test; none where there is no such test."""
        return tuple(self._by_test.get(test_id, ()))

    def test(self, test_id: str) -> Test:
        """A test, decoded now."""
        return self._artifacts.decoded(Test, test_id)

    @cached_property
    def _by_test(self) -> Mapping[str, tuple[str, ...]]:
        artifacts = self._artifacts
        return {test_id: _attached(artifacts.decoded(AttachedTest, test_id)) for test_id in artifacts.test_ids}

    @cached_property
    def _by_relation(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for test_id, relations in self._by_test.items():
            for relation in relations:
                found.setdefault(relation, []).append(test_id)
        return found


def _attached(test: AttachedTest) -> tuple[str, ...]:
    if test.attached_node:
        return (test.attached_node,)
    if bytes(test.test_metadata) in _NO_METADATA:
        return measured_by(test.depends_on.nodes, None)
    metadata = msgspec.json.decode(test.test_metadata, type=TestMetadata)
    return measured_by(test.depends_on.nodes, str(metadata.kwargs.get("model", "")))
