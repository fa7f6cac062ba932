"""The middle: what the SQL of the models means, and where the same logic stands more than once."""

from ribbon.evolve.middle.loading import load_blocks, load_logic
from ribbon.evolve.middle.logic import Middle, Place
from ribbon.evolve.middle.measures import Measure, differ, measures
from ribbon.evolve.middle.recurring import Level, Recurring, recurring

__all__ = [
    "Level",
    "Measure",
    "Middle",
    "Place",
    "Recurring",
    "differ",
    "load_blocks",
    "load_logic",
    "measures",
    "recurring",
]
