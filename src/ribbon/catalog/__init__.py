"""The catalog: a static site that shows where data comes from, what it promises, whether that held, and who uses it."""

from ribbon.catalog.site.build import Built, build_site
from ribbon.catalog.site.folder import SitePaths, site_paths

__all__ = ["Built", "SitePaths", "build_site", "site_paths"]
