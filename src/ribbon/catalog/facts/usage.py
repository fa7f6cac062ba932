"""What query logs say of each relation."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ribbon.catalog.views import PersonView, UsageView
from ribbon.usage import Usage

__all__ = ["QueryUsage"]

# So many are named, those with the most queries first.
_PEOPLE = 50


class QueryUsage:
    """From the query logs that were imported; empty where none were."""

    def __init__(self, usage: Usage) -> None:
        self._grouped = usage.grouped

    def fingerprint(self, uid: str) -> bytes:
        """What would change what is known of its use."""
        found = self._grouped
        if found is None:
            return b""
        return b";".join(rows.digest(uid) for rows in (found.totals, found.people, found.days, found.columns))

    def usage(self, uid: str) -> UsageView | None:
        """Who queries it; None where no log names it."""
        found = self._grouped
        totals = found.totals.rows(uid) if found else ()
        if not found or not totals:
            return None
        ((queries, failed, first, last),) = totals
        people = found.people.rows(uid)[:_PEOPLE]
        return UsageView(
            queries=queries,
            failed=failed,
            people=tuple(PersonView(who, count, _utc(at)) for who, count, at in people),
            days=tuple((day.isoformat(), count) for day, count in found.days.rows(uid)),
            first=_utc(first),
            last=_utc(last),
        )

    def queried(self, uid: str) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """By column, in lower case: how often queries use it, by role."""
        found: dict[str, tuple[tuple[str, int], ...]] = {}
        for column, role, queries in self._grouped.columns.rows(uid) if self._grouped else ():
            found[column] = (*found.get(column, ()), (role, queries))
        return found


def _utc(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None
