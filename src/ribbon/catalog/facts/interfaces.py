"""What composing asks of the facts: each kind of them behind a small interface.

uid: dbt's unique id of a relation. test_id: dbt's unique id of a test. What is not known is empty or None, never an
error. A fingerprint changes when what the getters would say of that relation changes, and is cheap.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ribbon.catalog.facts.records import Freshness, Reference, RelationRecord
from ribbon.catalog.views import (
    ColumnEdge,
    Link,
    NodeRunView,
    ProfileView,
    PromiseView,
    RowEdge,
    UsageView,
    UseCaseView,
    VerdictView,
)

__all__ = ["ColumnTrace", "Documents", "Measured", "Traced", "Used"]


@dataclass(frozen=True, slots=True)
class ColumnTrace:
    """Where a column comes from and what is made from it, one step up and down.

    kind: copied, renamed, computed, aggregated, constant; empty for sources and seeds. expression: how its own query
    makes it.
    """

    kind: str = ""
    expression: str = ""
    made_from: tuple[ColumnEdge, ...] = ()
    feeds: tuple[ColumnEdge, ...] = ()
    decides: tuple[RowEdge, ...] = ()


class Documents(Protocol):
    """What dbt's artifacts say; `Documented` is the one that reads them."""

    @property
    def project(self) -> str:
        """The name of the dbt project."""

    @property
    def built_at(self) -> str:
        """When dbt wrote the manifest, ISO 8601 in UTC."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should be told about how the facts came about, as sentences."""

    def ids(self) -> tuple[str, ...]:
        """Unique ids of all relations that have a page, in the manifest's order, sources first."""

    def fingerprint(self, uid: str) -> bytes:
        """What would change its page: its record in the manifest, those of its tests, what the database has."""

    def relation(self, uid: str) -> RelationRecord:
        """The relation as it is documented."""

    def description(self, uid: str) -> str:
        """What the project says of it, as `relation` has it too; cheaper."""

    def link(self, uid: str) -> Link:
        """How it is pointed at; cheap. A name in SQL that the project does not know has neither layer nor slug."""

    def test_ids(self, uid: str) -> tuple[str, ...]:
        """The tests attached to it; cheap."""

    def promises(self, uid: str) -> tuple[PromiseView, ...]:
        """Its tests, those of its columns among them, without history and `gated`."""

    def promise(self, test_id: str) -> PromiseView | None:
        """One of them by its test; None where there is no such test."""

    def tested(self, test_id: str) -> tuple[str, ...]:
        """The relations that a test is attached to: one, or all that a singular test reads; cheap."""

    def references(self, uid: str) -> tuple[Reference, ...]:
        """The keys of other relations that its columns hold, by its tests and constraints."""

    def group(self, uid: str) -> str:
        """The system of a source, the subject of a warehouse model, the use case of a mart; cheap."""

    def owner(self, uid: str) -> tuple[str, str]:
        """Name and email of who answers for it, each empty where it is not known."""

    def system_description(self, uid: str) -> str:
        """What the project says of the system of a source; empty for others."""

    def freshness(self, uid: str) -> Freshness | None:
        """How old the newest data of a source may get; None where nobody says."""

    def use_cases(self) -> tuple[UseCaseView, ...]:
        """The uses of the data, without how their promises stand."""


class Traced(Protocol):
    """What column lineage says."""

    def fingerprint(self, uid: str) -> bytes:
        """What would change its edges, both ways."""

    def edges(self, uid: str) -> Mapping[str, ColumnTrace]:
        """By column, as the relation spells it, in its order; columns without edges may be missing."""

    def rows_by(self, uid: str) -> tuple[RowEdge, ...]:
        """The columns that decide which rows it has, one step up."""

    def unresolved(self, uid: str) -> tuple[str, ...]:
        """What could not be resolved and why, as sentences."""

    def upstream(self, uid: str) -> tuple[str, ...]:
        """Unique ids of what it reads, one step up."""

    def downstream(self, uid: str) -> tuple[str, ...]:
        """Unique ids of what reads it, one step down."""

    def columns(self, uid: str) -> Mapping[str, str | None] | None:
        """Name to type (None where it is not known) in their order; None where the columns are not known."""


class Measured(Protocol):
    """What runs and checks said. No value of a restricted column is among it."""

    def fingerprint(self, uid: str, test_ids: Sequence[str]) -> bytes:
        """What would change what is known of its runs, its profiles and the verdicts of these tests."""

    def history(self, test_id: str) -> tuple[VerdictView, ...]:
        """The verdicts, the newest first, at most thirty."""

    def gated(self, test_id: str) -> bool | None:
        """Whether readers wait for it; None where it was never measured."""

    def profiles(self, uid: str) -> Mapping[str, ProfileView]:
        """By column, in lower case, as last measured."""

    def row_counts(self, uid: str) -> tuple[int, ...]:
        """Rows after each run, the newest last."""

    def runs(self, uid: str) -> tuple[NodeRunView, ...]:
        """The newest first, at most thirty."""

    def quarantined(self, uid: str) -> int:
        """Rows that wait in its quarantine."""

    def loaded_at(self, uid: str) -> datetime | None:
        """When a source last got data, UTC."""


class Used(Protocol):
    """What query logs say."""

    def fingerprint(self, uid: str) -> bytes:
        """What would change what is known of its use."""

    def usage(self, uid: str) -> UsageView | None:
        """Who queries it; None where no log names it."""

    def asked(self, uid: str) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """By column, in lower case: how often queries use it, by role."""
