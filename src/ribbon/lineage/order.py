"""Parents before children, where more parents may turn up on the way."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping

__all__ = ["Order"]


class Order:
    """Hands out nodes whose parents are done.

    A ring, which dbt never makes but hard-coded names can, is cut: one node of it goes ahead without its parents.
    """

    def __init__(self, parents: Mapping[str, Collection[str]]) -> None:
        self._missing = {key: sum(parent in parents for parent in set(ours)) for key, ours in parents.items()}
        self._children: dict[str, list[str]] = {}
        for key, ours in parents.items():
            for parent in set(ours):
                self._children.setdefault(parent, []).append(key)
        self._ready = deque(key for key, missing in self._missing.items() if not missing)
        self._waiting = {key: None for key, missing in self._missing.items() if missing}
        self._postponed: dict[str, None] = {}

    def ready(self) -> Iterator[str]:
        """The nodes to go on with now, those too that get ready meanwhile."""
        while self._ready:
            yield self._ready.popleft()

    def done(self, key: str) -> None:
        """Let those go on that wait for this node."""
        for child in self._children.pop(key, ()):
            self._missing[child] -= 1
            if child in self._waiting and not self._missing[child]:
                del self._waiting[child]
                self._ready.append(child)

    def postpone(self, key: str, parents: Collection[str]) -> None:
        """Hand the node out again when these are done too."""
        self._waiting[key] = self._postponed[key] = None
        self._missing[key] = len(parents)
        for parent in parents:
            self._children.setdefault(parent, []).append(key)

    def cut(self) -> str | None:
        """A node to go on with although its parents are not done; None where nobody waits.

        It is one that was postponed, if there is one: without those there would be no ring.
        """
        key = next((key for key in (*self._postponed, *self._waiting) if key in self._waiting), None)
        if key is not None:
            del self._waiting[key]
        return key
