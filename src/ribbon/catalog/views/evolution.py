"""The page of evolution: how the model should grow, as `ribbon evolve` said it last."""

from dataclasses import dataclass
from datetime import date, datetime

from ribbon.catalog.views.relation import Link

__all__ = ["EvolutionView", "KeptView", "ProposalView"]


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal. about: relations. evidence: where something was seen, and what. gain: in words.

    diff: the exact change, as `git diff` shows it; empty where it takes a person. provable: whether building before
    and after can prove that nothing else changes.
    """

    id: str
    kind: str
    title: str
    about: tuple[Link, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    gain: str = ""
    risk: str = ""
    ask: tuple[str, ...] = ()
    diff: str = ""
    provable: bool = False


@dataclass(frozen=True, slots=True)
class KeptView:
    """What was kept apart on purpose. on: the day. past: it would not be proposed any more."""

    id: str
    title: str
    because: str
    on: date
    who: str = ""
    past: bool = False


@dataclass(frozen=True, slots=True)
class EvolutionView:
    """All of it. found_at: when it was looked for, UTC; None where it never was, or where that cannot be read.

    behind: whether dbt has written its artifacts since. note: why it cannot be read. proposals: the best first.
    unknown: what cannot be said, and why.
    """

    found_at: datetime | None = None
    behind: bool = False
    note: str = ""
    proposals: tuple[ProposalView, ...] = ()
    kept: tuple[KeptView, ...] = ()
    unknown: tuple[str, ...] = ()
