"""How the model should grow: the nouns of evolution."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from difflib import unified_diff
from enum import StrEnum

__all__ = ["Edit", "Evidence", "Gain", "Kept", "Proposal", "ProposalKind"]


class ProposalKind(StrEnum):
    """What a proposal does to the model."""

    EXTRACT = "extract"  # logic that recurs becomes a warehouse model
    AGREE = "agree"  # one name with two meanings, two names with one
    ADD_MART = "add-mart"  # what BI keeps asking beside the marts
    RETIRE = "retire"  # what nobody uses
    PROMISE = "promise"  # expectations that are missing, or that say nothing
    FOLLOW = "follow"  # what changed at the source
    MEND = "mend"  # breaches of the layer rule
    SIMPLIFY = "simplify"  # what adds nothing


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was seen. where: a file with its line, a column, a log; what: the sentence."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Gain:
    """What a proposal brings, as far as it is known. use_cases: how many it serves. lines: of SQL saved.

    seconds: of building or asking saved a month. queries: a month that get better.
    """

    use_cases: int = 0
    lines: int = 0
    seconds: float = 0.0
    queries: int = 0

    @property
    def told(self) -> str:
        """What it brings, in words; empty where nothing is counted."""
        parts = (
            _counted(self.use_cases, "use case"),
            _counted(self.queries, "query", "queries"),
            f"{_counted(self.lines, 'line')} of SQL" if self.lines else "",
            f"{self.seconds:,.0f} s a month" if self.seconds else "",
        )
        return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Edit:
    """A file of the project as it is and as it would be. before: None for a new file; after: None for one that goes."""

    path: str
    before: str | None
    after: str | None

    @property
    def diff(self) -> str:
        """The change as `git diff` would show it."""
        before, after = (self.before or "").splitlines(), (self.after or "").splitlines()
        of = "/dev/null" if self.before is None else f"a/{self.path}"
        to = "/dev/null" if self.after is None else f"b/{self.path}"
        return "\n".join(unified_diff(before, after, of, to, lineterm=""))


@dataclass(frozen=True)
class Proposal:
    """A change that the model asks for.

    subject: what it is about, as unique ids or `unique_id.column`, in an order that stays. meaning: what makes it this
    proposal and not another of the same kind and subject, such as the fingerprint of a sub-query: where that changes,
    it is another proposal with another id. title: one line. risk: what could go wrong, as a sentence. edits: the exact
    change, empty where it takes a person. provable: whether building before and after can prove that nothing else
    changes. ask: whom to talk to.
    """

    kind: ProposalKind
    subject: tuple[str, ...]
    title: str
    evidence: tuple[Evidence, ...]
    meaning: str = ""
    gain: Gain = field(default_factory=Gain)
    risk: str = ""
    edits: tuple[Edit, ...] = ()
    provable: bool = False
    ask: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Stays the same as long as kind, subject and meaning do: `extract-1f0c22`."""
        told = "\x1f".join((self.kind, *self.subject, "", self.meaning))
        return f"{self.kind}-{hashlib.sha256(told.encode()).hexdigest()[:6]}"


@dataclass(frozen=True)
class Kept:
    """A proposal that is not made again. because: the reason. who: decided, empty where git names nobody."""

    id: str
    title: str
    because: str
    date: date
    who: str = ""


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}" if number else ""
