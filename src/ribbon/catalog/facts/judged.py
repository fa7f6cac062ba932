"""What the health of a project is put together from, beyond what is known of single relations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ribbon.catalog.facts.interfaces import Measured
from ribbon.catalog.views import InvocationView
from ribbon.engines.catalog_history import BadStretch

__all__ = ["Held", "Judged"]


@dataclass(frozen=True, slots=True)
class Held:
    """What is set aside of a relation. whole_batches: of a source, at the lake's door. since: the oldest of it.

    reasons: each broken promise with its rows, None where it speaks of a whole table. command: shows the rows.
    """

    rows: int
    since: datetime
    reasons: tuple[tuple[str, int | None], ...]
    command: str
    whole_batches: bool = False


class Judged(Measured, Protocol):
    """Runs and checks of the whole project."""

    def invocations(self) -> tuple[InvocationView, ...]:
        """What ran, the newest first, at most thirty."""

    def status(self, test_id: str) -> str:
        """What a test said last: pass, warn, fail or error; `never` where it was never measured. Cheap."""

    def ungated(self) -> Mapping[str, str]:
        """Why readers do not wait for a test, by the tests of which that was said."""

    def bad(self) -> Mapping[str, BadStretch]:
        """The tests, nodes and unit tests that ended badly last; also of those that the project no longer has."""

    def message(self, key: str) -> str:
        """What was said of one of those when it ended; no value of a restricted column is in it."""

    def days(self) -> Mapping[date, str]:
        """The worst of each of the last thirty days on which something ran, UTC."""

    def held(self) -> Mapping[str, Held]:
        """What is set aside, by relation."""
