"""Impact of a change: two states of a project are compiled and compared by meaning; no data is built."""

from ribbon.evolve.impact.change import (
    Change,
    ChangeImpact,
    Effect,
    RelationChange,
    TouchedRelation,
    TouchedUse,
    What,
)

__all__ = ["Change", "ChangeImpact", "Effect", "RelationChange", "TouchedRelation", "TouchedUse", "What"]
