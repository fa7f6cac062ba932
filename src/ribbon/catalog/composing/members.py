"""What a relation adds to its group: columns, rows, queries."""

from dataclasses import dataclass

from ribbon.catalog.facts.interfaces import Measured, Traced, Used

__all__ = ["Member", "member_of"]


@dataclass(frozen=True, slots=True)
class Member:
    """rows: at the last build, 0 where that is not known. queries: how often it was asked."""

    columns: int = 0
    rows: int = 0
    queries: int = 0


def member_of(uid: str, traced: Traced, measured: Measured, used: Used) -> Member:
    """What the facts say of a relation."""
    usage = used.usage(uid)
    rows = measured.row_counts(uid)
    return Member(
        columns=len(traced.columns(uid) or ()),
        rows=rows[-1] if rows else 0,
        queries=usage.queries if usage else 0,
    )
