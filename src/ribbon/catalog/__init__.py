"""The catalog: a static site that shows where data comes from, what it promises, whether that held, and who uses it."""

from ribbon.catalog.site.building import Built, build_site
from ribbon.catalog.site.place import Place, place_of

__all__ = ["Built", "Place", "build_site", "place_of"]
