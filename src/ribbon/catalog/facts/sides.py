"""The three sides of the ribbon, and the groups of relations that stand on them."""

from typing import NamedTuple

from ribbon.model import Layer

__all__ = ["SIDES", "SOURCE", "SUBJECT", "USE", "Group"]

SOURCE, SUBJECT, USE = "source", "subject", "use"

# By the layer whose relations they hold, from left to right.
SIDES = {Layer.LAKE: SOURCE, Layer.WAREHOUSE: SUBJECT, Layer.MART: USE}


class Group(NamedTuple):
    """A source system, a subject or a use case. name: as dbt's sources, folders and groups spell it."""

    side: str
    name: str

    @property
    def key(self) -> str:
        """What names it among all groups."""
        return f"{self.side}/{self.name}"
