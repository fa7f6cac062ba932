"""Thirty days in a row, UTC."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from ribbon.catalog.views import DayOfHealth

__all__ = ["DAYS", "thirty_days"]

DAYS = 30


def thirty_days(worst: Mapping[date, str], now: datetime) -> tuple[DayOfHealth, ...]:
    """The last thirty until `now`, the oldest first; `none` where nothing was measured."""
    days = (now.date() - timedelta(days=back) for back in reversed(range(DAYS)))
    return tuple(DayOfHealth(day, worst.get(day, "none")) for day in days)
