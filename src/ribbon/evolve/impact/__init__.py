"""The impact of a change: two states of a project are compiled and compared by meaning, for review before merging.

What compares them is in `assessing`, which brings sqlglot.
"""

from ribbon.evolve.impact.change import (
    Change,
    ChangeImpact,
    Effect,
    RelationChange,
    TouchedRelation,
    TouchedUse,
    What,
)

__all__ = [
    "Change",
    "ChangeImpact",
    "Effect",
    "RelationChange",
    "TouchedRelation",
    "TouchedUse",
    "What",
]
