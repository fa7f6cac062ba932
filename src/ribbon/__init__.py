"""Ribbon ties many sources to many uses in three layers: a lake, a warehouse and marts."""

__all__ = ["__version__"]

__version__ = "0.2.0"
