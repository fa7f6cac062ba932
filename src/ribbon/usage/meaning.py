"""What a text means, as texts of one shape share it."""

from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ribbon.model import Statement

__all__ = ["Meaning", "Understood", "meaning_of"]


class Meaning(NamedTuple):
    """What the texts of a shape mean, under an id that is the same in whichever import.

    statement: with the values of the first of them.
    """

    id: str
    statement: Statement
    dialect: str


class Understood(NamedTuple):
    """A text as it is kept, perhaps without literals, and what it means."""

    sql: str
    meaning: Meaning


def meaning_of(shape: Statement, first: Statement, dialect: str) -> Meaning:
    """The meaning of a shape, which the id comes from, as that of the first text that has it."""
    content = msgspec.json.encode((shape, dialect))
    return Meaning(blake2b(content, digest_size=16).hexdigest(), first, dialect)
