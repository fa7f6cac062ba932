"""How relations stand together."""

from collections import Counter
from collections.abc import Collection

from ribbon.catalog.facts.interfaces import Documents
from ribbon.catalog.facts.judged import Judged
from ribbon.catalog.views import Health
from ribbon.model import FAILED

__all__ = ["Healths"]


class Healths:
    """What runs and checks said last. late: the relations that are behind what they promise of time."""

    def __init__(self, documents: Documents, judged: Judged, late: Collection[str] = ()) -> None:
        self._documents, self._judged = documents, judged
        self._late = frozenset(late)
        self._broken = frozenset(key for key, bad in judged.bad().items() if bad.status in FAILED)

    def of(self, relations: Collection[str]) -> Health:
        """Of some relations. A promise that several of them share, as a test that reads them all, counts once."""
        tests = {test_id for relation in relations for test_id in self._documents.test_ids(relation)}
        said = Counter(self._judged.status(test_id) for test_id in tests)
        failing = sum(said[status] for status in FAILED)
        return Health(
            passing=said["pass"],
            warning=said["warn"],
            failing=failing,
            never=said.total() - said["pass"] - said["warn"] - failing,
            late=len(self.late(relations)),
            broken=len(self._broken.intersection(relations)),
        )

    def late(self, relations: Collection[str]) -> frozenset[str]:
        """Those of them that are late."""
        return self._late.intersection(relations)
