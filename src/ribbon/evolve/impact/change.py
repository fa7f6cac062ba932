"""What a change of a project amounts to: the nouns of `ribbon impact`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Change", "ChangeImpact", "Effect", "RelationChange", "TouchedRelation", "TouchedUse", "What"]


class Effect(StrEnum):
    """What a change means for those who use the relation, the worst first."""

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
    """One thing that is other than before.

    column: None where it is about the relation. before, after: what it was and is, empty where there is no such thing.
    used_by: who relies on what is gone or of another kind, in words.
    """

    what: What
    column: str | None = None
    before: str = ""
    after: str = ""
    effect: Effect = Effect.NONE
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationChange:
    """All that is other of a relation. was: its name before, None where it has the same. file: relative to the project.

    before, after: dbt's unique ids, None where it is not there.
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

    columns: whose values may be others, or which are gone. rows: whether its rows may be others, and with them all that
    it aggregates. asked: logged queries by column, of those columns that are touched.
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
    """What a change is, and how far it reaches. before, after: what people call the states. notes: what to know."""

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
