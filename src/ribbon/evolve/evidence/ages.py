"""How long relations and columns have existed: what is younger than the logs cannot be called unused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ribbon.evolve.evidence.declarations import Declarations
from ribbon.evolve.git import GitHistory
from ribbon.lineage.project import ProjectNodes

__all__ = ["Ages"]


@dataclass(frozen=True)
class Ages:
    """Since when relations and columns are known to exist. Days are UTC.

    built, landed, queried: the first day on which a node was built, a batch of it landed, somebody queried it. Each of
    these, git, the manifest and `meta: {since: 2025-01-31}` can show that something existed on a day, and none that it
    did not. So the oldest day counts, and what nothing shows counts as new.
    """

    nodes: ProjectNodes
    declared: Declarations
    git: GitHistory
    built: Mapping[str, date]
    landed: Mapping[str, date]
    queried: Mapping[str, date]

    def known_since(self, unique_id: str) -> date | None:
        """The oldest day on which a relation is known to have existed under this name."""
        node = self.nodes.nodes[unique_id]
        declared = self.declared.node(unique_id)
        days = [self.built.get(unique_id), self.landed.get(unique_id), declared.read_on]
        days.append(self.queried.get(unique_id))
        days.append(_declared_day(declared.metadata.get("since")))
        if node.resource_type != "source":  # many sources share a file
            days.append(self._added.get(node.file))
        return min((day for day in days if day), default=None)

    def was_there(self, unique_id: str, day: date) -> bool:
        """Whether a relation is known to have existed on a day, under this name."""
        since = self.known_since(unique_id)
        if since is not None and since <= day:
            return True
        node = self.nodes.nodes[unique_id]
        return node.resource_type == "source" and _has_word(self.git.text_at(node.file, day), node.name)

    def column_was_there(self, unique_id: str, column: str, day: date) -> bool:
        """Whether a column of a relation is known to have existed on a day."""
        declared = self.declared.node(unique_id)
        known = [declared.read_on, _declared_day(declared.metadata.get("since"))]
        if any(since and since <= day for since in known):
            return True
        files = filter(None, (self.nodes.nodes[unique_id].file, declared.contract))
        return any(_has_word(self.git.text_at(file, day), column) for file in files)

    @cached_property
    def _added(self) -> Mapping[str, date]:
        return self.git.added()


def _declared_day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None
