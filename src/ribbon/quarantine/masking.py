"""Keeping restricted values off the screen."""

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["masked"]

MASK = "***"


def masked(rows: Sequence[dict[str, Any]], restricted: Iterable[str]) -> list[dict[str, Any]]:
    """The rows with every value of the restricted columns hidden, nulls too. Case does not tell names apart."""
    hidden = {name.casefold() for name in restricted}
    return [{name: MASK if name.casefold() in hidden else value for name, value in row.items()} for row in rows]
