"""A relation in a list of many."""

from dataclasses import dataclass, field
from datetime import datetime

from ribbon.catalog.views.front import Health
from ribbon.catalog.views.relation import Link

__all__ = ["ListedView"]


@dataclass(frozen=True, slots=True)
class ListedView:
    """What a list says of it. about: its description, of which the first sentence is shown.

    rows, queries: 0 where it is not known. fresh: when a source last got data, when another relation was last built.
    """

    link: Link
    about: str = ""
    columns: int = 0
    rows: int = 0
    queries: int = 0
    health: Health = field(default_factory=Health)
    fresh: datetime | None = None
