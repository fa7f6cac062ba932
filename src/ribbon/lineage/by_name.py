"""Relations that SQL names although dbt was not told: hard-coded names of what is a node after all."""

from collections.abc import Iterable
from functools import cached_property

from ribbon.lineage.nodes import ProjectNode

__all__ = ["ByName"]


class ByName:
    """Finds a node by a name as SQL writes it, from the schema on at least: a bare name could be anything."""

    def __init__(self, nodes: Iterable[ProjectNode]) -> None:
        self._nodes = nodes

    def find(self, name: str) -> str | None:
        """The unique id of the one node whose relation is called this; None where there is none, or several."""
        wanted = name.casefold()
        if "." not in wanted:
            return None
        likely = self._by_identifier.get(wanted.rpartition(".")[2], ())
        found = [key for path, key in likely if path == wanted or path.endswith(f".{wanted}")]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _by_identifier(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for node in self._nodes:
            path = ".".join(node.path).casefold()
            found.setdefault(path.rpartition(".")[2], []).append((path, node.unique_id))
        return found
