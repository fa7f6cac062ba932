"""The page of eight in the morning: what ran, what failed, since when."""

from dataclasses import dataclass
from datetime import date, datetime

from ribbon.catalog.views.promises import VerdictView

__all__ = ["DayOfHealth", "HealthView", "InvocationView", "Trouble"]


@dataclass(frozen=True, slots=True)
class InvocationView:
    """A run of dbt. finished_at: None where it never came to its end. failed: nodes."""

    run_id: str
    command: str
    target: str
    started_at: datetime
    finished_at: datetime | None
    status: str
    failed: int = 0


@dataclass(frozen=True, slots=True)
class DayOfHealth:
    """One day, UTC. worst: fail, warn, pass, or none where nothing was measured."""

    day: date
    worst: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is red or amber. what: node, promise, freshness, quarantine.

    since: when it was first seen this way without a good run in between, None where it always was. relation: unique
    id. page: of the relation with the anchor. days: the last thirty. quarantine: the command that shows its rows.
    file, line: where the code or the promise stands.
    """

    status: str
    what: str
    title: str
    relation: str
    page: str
    since: datetime | None = None
    message: str = ""
    owner: str = ""
    email: str = ""
    file: str = ""
    line: int | None = None
    quarantine: str = ""
    last: VerdictView | None = None
    days: tuple[DayOfHealth, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthView:
    """All of it. passing: promises kept. ungated: promises that readers do not wait for, as title and reason."""

    runs: tuple[InvocationView, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    passing: int = 0
    measured: int = 0
    days: tuple[DayOfHealth, ...] = ()
    ungated: tuple[tuple[str, str], ...] = ()
    never: int = 0
