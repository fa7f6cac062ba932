"""How the project stands: last runs, checks, what failed, how fresh each source is."""

from ribbon.status.standing import SourceFreshness, Standing, look

__all__ = ["SourceFreshness", "Standing", "look"]
