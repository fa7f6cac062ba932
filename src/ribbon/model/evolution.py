"""What `ribbon evolve` found, as it is kept for those who show it later."""

from dataclasses import dataclass
from datetime import datetime

from ribbon.model.proposal import Kept, Proposal

__all__ = ["FORM", "Evolution", "Found"]

# Of the values below as JSON: another number is another form, which is not read.
FORM = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal without its edits, and what they would change as a diff; empty where it takes a person."""

    proposal: Proposal
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Evolution:
    """All that was found at once. found_at: UTC. manifest_at: when dbt wrote the manifest that was read, ISO 8601.

    found: the best first. kept: what was kept apart and would be proposed; past: kept, and not found any more.
    unknown: what cannot be said, and why.
    """

    form: int
    found_at: datetime
    manifest_at: str
    found: tuple[Found, ...] = ()
    kept: tuple[Kept, ...] = ()
    past: tuple[Kept, ...] = ()
    unknown: tuple[str, ...] = ()
