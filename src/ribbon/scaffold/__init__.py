"""Starting with Ribbon: a new project, one that takes Ribbon in, newer macros for either; and taking it out again."""

from ribbon.scaffold.adopting import Adopted, adopt
from ribbon.scaffold.creating import Created, create_project
from ribbon.scaffold.left_behind import LeftBehind, left_behind
from ribbon.scaffold.removing import Removal, carry_out, has_ribbon, plan_removal
from ribbon.scaffold.upgrading import Upgraded, upgrade

__all__ = [
    "Adopted",
    "Created",
    "LeftBehind",
    "Removal",
    "Upgraded",
    "adopt",
    "carry_out",
    "create_project",
    "has_ribbon",
    "left_behind",
    "plan_removal",
    "upgrade",
]
