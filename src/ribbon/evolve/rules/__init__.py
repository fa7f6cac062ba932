"""What makes proposals: each rule looks at what is seen, and proposes what it asks for.

The order of RULES says nothing; proposals are ranked by what they gain.
"""

from collections.abc import Callable, Iterable

from ribbon.evolve.evidence import Seen
from ribbon.evolve.rules.retire_relations import find_unused_relations
from ribbon.model import Proposal

__all__ = ["RULES", "Rule"]

Rule = Callable[[Seen], Iterable[Proposal]]

RULES: tuple[Rule, ...] = (find_unused_relations,)
