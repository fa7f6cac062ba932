"""Descriptions where there is room for a line."""

from ribbon.catalog.pages.markdown import first_sentence

__all__ = ["brief"]

# Characters beside a name.
_LONGEST = 100


def brief(description: str) -> str:
    """How a description begins, as plain text."""
    return first_sentence(description, _LONGEST)
