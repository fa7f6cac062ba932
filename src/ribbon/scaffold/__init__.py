"""Starting with Ribbon: a new project, an existing one that takes Ribbon in, newer macros for either."""

from ribbon.scaffold.adopting import Adopted, adopt
from ribbon.scaffold.creating import create_project
from ribbon.scaffold.upgrading import Upgraded, upgrade

__all__ = ["Adopted", "Upgraded", "adopt", "create_project", "upgrade"]
