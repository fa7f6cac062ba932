"""A query in its one form, as terms."""

from dataclasses import dataclass, field

from ribbon.sql.normal.terms import Term

__all__ = ["Finished"]


@dataclass(frozen=True, slots=True)
class Finished:
    """The parts of a block as terms that are equal where the logic is. labels: of its sources, sorted.

    ids: which source got which label; two blocks of one frame have the same labels, whatever their ids.
    """

    labels: tuple[str, ...]
    sources: Term
    conditions: Term
    joins: Term
    keys: Term | None
    having: Term
    qualify: Term
    tail: Term | None
    outputs: tuple[tuple[str, Term], ...]
    ids: tuple[tuple[str, str], ...] = field(default=(), compare=False, repr=False)

    @property
    def frame(self) -> Term:
        """What it reads, joins and filters."""
        return ("frame", self.sources, self.conditions, self.joins)

    @property
    def rows(self) -> Term:
        """All that decides which rows there are."""
        parts: tuple[Term, ...] = (self.keys or "", self.having, self.qualify, self.tail or "")
        return ("rows", self.frame, ("keys", str(self.keys is not None)), *parts)
