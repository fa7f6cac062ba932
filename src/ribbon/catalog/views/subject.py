"""A subject of the warehouse or a source system: its relations, and how their keys tie them."""

from dataclasses import dataclass, field

from ribbon.catalog.views.front import Health
from ribbon.catalog.views.listed import ListedView
from ribbon.catalog.views.relation import Link

__all__ = ["EntityView", "KeyColumn", "RelationshipView", "SubjectView"]


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column that tells rows apart or points at rows elsewhere; it may do both."""

    name: str
    data_type: str | None = None
    primary: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class EntityView:
    """A relation in the entity diagram. keys: in their order. columns: how many it has in all.

    outside: whether it belongs to another group and is shown because a relation of this one points at it.
    """

    link: Link
    keys: tuple[KeyColumn, ...] = ()
    columns: int = 0
    outside: bool = False


@dataclass(frozen=True, slots=True)
class RelationshipView:
    """Columns of `source` that hold a key of `target`; both are unique ids, of entities in the same diagram.

    said_by: test, constraint or join. cardinality: `many to one` or `one to one`; empty where no promise tells.
    optional: whether a row may point at nothing, for no promise forbids nulls.
    """

    source: str
    source_columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    said_by: str = "test"
    cardinality: str = ""
    optional: bool = True

    @property
    def inferred(self) -> bool:
        """Whether nobody promised it: queries join this way."""
        return self.said_by == "join"


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A group's page. side: source or subject. relations: all of them.

    entities, relationships: of the diagram. left_out: relations that would have had a place in the diagram but for its
    size. sources, uses: the groups at the other ends of its bands, as label, page and how many columns flow.
    """

    name: str
    label: str
    side: str = "subject"
    description: str = ""
    relations: tuple[ListedView, ...] = ()
    entities: tuple[EntityView, ...] = ()
    relationships: tuple[RelationshipView, ...] = ()
    left_out: int = 0
    health: Health = field(default_factory=Health)
    sources: tuple[tuple[str, str, int], ...] = ()
    uses: tuple[tuple[str, str, int], ...] = ()
