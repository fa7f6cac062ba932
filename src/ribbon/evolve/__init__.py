"""Evolution: what both ends and the SQL between them say about how the model should grow."""

from ribbon.evolve.evidence import Seen
from ribbon.evolve.keeping import Kept, keep
from ribbon.evolve.proposing import Proposals, propose

__all__ = ["Kept", "Proposals", "Seen", "keep", "propose"]
