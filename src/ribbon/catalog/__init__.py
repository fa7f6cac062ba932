"""The documentation site."""

from ribbon.catalog.static_docs import build_site

__all__ = ["build_site"]
