"""The middle: what the SQL of the models means, and where the same logic stands more than once."""

from ribbon.evolve.middle.loading import load_logic
from ribbon.evolve.middle.logic import Middle, Place

__all__ = ["Middle", "Place", "load_logic"]
