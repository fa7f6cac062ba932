"""The nouns of `ribbon impact`: changes, their effects, and what they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Change", "ChangeImpact", "Effect", "RelationChange", "TouchedRelation", "TouchedUse", "What"]


class Effect(StrEnum):
    """What a change means for the users of a relation, the worst first."""

    BREAKING = "breaking"
    VALUES = "changes values"
    NONE = "not breaking"


class What(StrEnum):
    """The kinds of change."""

    RELATION_ADDED = "relation added"
    RELATION_REMOVED = "relation removed"
    RELATION_RENAMED = "relation renamed"
    ADDED = "column added"
    REMOVED = "column removed"
    RENAMED = "column renamed"
    RETYPED = "column retyped"
    MEANING = "column computed otherwise"
    ROWS = "other rows"
    GRAIN = "other grain"
    LATER_RUNS = "later runs"
    SAME_LOGIC = "same logic"
    UNREAD = "cannot be compared"
    SETTING = "setting"
    PROMISE_ADDED = "expectation added"
    PROMISE_REMOVED = "expectation removed"
    PROMISE_WEAKENED = "expectation weakened"
    PROMISE_CHANGED = "expectation changed"
    UNRESTRICTED = "restriction lifted"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    column: None where it concerns the relation. before, after: the old and the new value, empty where there is none.
    used_by: the users of what is removed or changed, in words.
    """

    what: What
    column: str | None = None
    before: str = ""
    after: str = ""
    effect: Effect = Effect.NONE
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationChange:
    """All differences of a relation. was: its former name, None where it has the same.

    file: relative to the project. before, after: dbt's unique ids, None where it does not exist.
    """

    relation: str
    before: str | None
    after: str | None
    file: str
    changes: tuple[Change, ...]
    was: str | None = None

    @property
    def effect(self) -> Effect:
        """That of the worst change."""
        effects = {change.effect for change in self.changes}
        return next((effect for effect in Effect if effect in effects), Effect.NONE)


@dataclass(frozen=True, slots=True)
class TouchedRelation:
    """A relation that a change reaches.

    columns: whose values may differ, or which are removed. rows: whether its rows may differ, and with them all that it
    aggregates. asked: logged queries by touched column.
    """

    relation: str
    layer: str
    use_case: str | None
    columns: tuple[str, ...]
    rows: bool
    asked: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TouchedUse:
    """An exposure that a change reaches. relations: through which."""

    name: str
    type: str
    label: str
    owner: str
    url: str
    use_case: str | None
    relations: tuple[str, ...]
    by_values: bool


@dataclass(frozen=True, slots=True)
class ChangeImpact:
    """A change, and how far it reaches. before, after: names of the states. notes: warnings."""

    before: str
    after: str
    relations: tuple[RelationChange, ...]
    touched: tuple[TouchedRelation, ...]
    uses: tuple[TouchedUse, ...]
    notes: tuple[str, ...] = ()

    @property
    def effect(self) -> Effect:
        """That of the worst change."""
        effects = {change.effect for change in self.relations}
        return next((effect for effect in Effect if effect in effects), Effect.NONE)
