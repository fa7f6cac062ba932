"""What a relation promises, and whether it kept the promise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ribbon.model.finding import Severity

__all__ = ["Expectation", "Verdict"]


@dataclass(frozen=True)
class Expectation:
    """One dbt test of a relation.

    name: of the generic test (`not_null`, `expect_column_values_to_be_between`). arguments: as written, without the
    column. column: the column it is attached to, None for one of the whole table. where: SQL that picks rows.
    database_only: its scope is the whole table, or it has thresholds, so it is not checked batch by batch.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    column: str | None = None
    severity: Severity = Severity.ERROR
    database_only: bool = False
    where: str | None = None

    def __str__(self) -> str:
        """The expectation as its contract writes it: column: name(argument, …)."""
        told = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
        return f"{self.column + ': ' if self.column else ''}{self.name}({told})"


@dataclass(frozen=True)
class Verdict:
    """What measuring an expectation said.

    unexpected: how many of the `measured` rows break it, None for an expectation of the whole table.
    observed: a few of the unexpected values, or the value of the whole table, as text.
    """

    expectation: Expectation
    met: bool
    unexpected: int | None
    measured: int | None
    observed: str
