"""Keeping values of restricted columns out of what runs and checks said."""

import re
from collections.abc import Iterable, Mapping

from ribbon.dbt.results import REFUSED, brief
from ribbon.lineage.nodes import ProjectNode

__all__ = ["Withheld"]

# Counts, what the gate says, and errors that come before any row is read: they name things, but tell no values.
_HARMLESS = re.compile(
    r"^(Got \d+ results?\b|(Compilation|Parsing|Dependency) Error\b)|\b(Binder|Catalog|Parser) Error:|"
    + re.escape(REFUSED)
)
# `Runtime Error in model dim_store (models/dim_store.sql) Conversion Error: …`: all before the words of the database.
_HEADLINE = re.compile(r"^(\w+ )?\w+ Error in [\w ]+ \S+ \([^)]*\)( \w+ Error\b)?")
_CUT = "not shown, for values of restricted columns could be in it"


class Withheld:
    """What may be told of relations, some of whose columns are restricted."""

    def __init__(self, nodes: Mapping[str, ProjectNode]) -> None:
        self._nodes = nodes

    def names(self, uid: str) -> frozenset[str]:
        """The relation's restricted columns, in lower case."""
        node = self._nodes.get(uid)
        return node.restricted if node else frozenset()

    def near(self, uid: str) -> bool:
        """Whether the relation or one that it reads has any: its errors may quote their values."""
        node = self._nodes.get(uid)
        return node is not None and any(self.names(each) for each in (uid, *node.parents))

    def is_asked(self, uid: str, *texts: str | None) -> bool:
        """Whether one of the texts, a test's column and arguments, names a restricted column."""
        names = self.names(uid)
        said = " ".join(text for text in texts if text).lower()
        return any(re.search(rf"\b{re.escape(name)}\b", said) for name in names)

    def message(self, uids: Iterable[str], text: str | None) -> str:
        """What dbt said of a node or a test of these relations, in one line, as far as it can tell no value."""
        said = brief(text or "")
        if not said or _HARMLESS.search(said) or not any(self.near(uid) for uid in uids):
            return said
        headline = _HEADLINE.search(said)
        return f"{headline[0] if headline else 'The message is'}{':' if headline else ''} {_CUT}"
