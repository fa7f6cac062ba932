"""Starting with Ribbon: a new project, one that takes Ribbon in, newer macros for either; and taking it out again."""

from ribbon.scaffold.adding import Added, Addition, Place, place_of, plan_addition, write_addition
from ribbon.scaffold.adopting import Adopted, adopt
from ribbon.scaffold.creating import create_project
from ribbon.scaffold.left_behind import LeftBehind, left_behind
from ribbon.scaffold.removing import Removal, carry_out, has_ribbon, plan_removal
from ribbon.scaffold.upgrading import Upgraded, upgrade

__all__ = [
    "Added",
    "Addition",
    "Adopted",
    "LeftBehind",
    "Place",
    "Removal",
    "Upgraded",
    "adopt",
    "carry_out",
    "create_project",
    "has_ribbon",
    "left_behind",
    "place_of",
    "plan_addition",
    "plan_removal",
    "upgrade",
    "write_addition",
]
