"""Expectations, the results of measuring them, and findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

__all__ = ["FAILED", "OWN_NAMESPACES", "Expectation", "Finding", "Measurement", "Severity", "Verdict", "in_contract"]

# dbt's statuses of a node that failed.
FAILED = frozenset({"error", "fail", "runtime error", "partial success"})

# The dbt package that defines the expectations.
_PACKAGE = "ribbon"

# Of generic tests whose meaning Ribbon knows: dbt's own, the project's, and the package's.
OWN_NAMESPACES = frozenset({None, "", _PACKAGE})

_DBTS_OWN = frozenset({"not_null", "unique", "accepted_values", "relationships"})


def in_contract(name: str) -> str:
    """An expectation's name as a contract writes it: `ribbon.expect_grain`, but `not_null`."""
    return name if name in _DBTS_OWN else f"{_PACKAGE}.{name}"


class Severity(StrEnum):
    """How severe a finding is: an error stops publication, a warning is only reported."""

    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    """A failed expectation, a violated rule, a drifted column: where, what, why, and what to do.

    column: of the source that it is about, if it is about one. downstream: what depends on it, by kind; None where
    that was not looked for.
    """

    where: str
    what: str
    why: str
    remedy: str
    severity: Severity = Severity.ERROR
    column: str | None = None
    downstream: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Expectation:
    """One dbt test of a relation.

    name: of the generic test (`not_null`, `expect_column_values_to_be_between`). arguments: as written, without the
    column. column: the column it is attached to, None for the whole table. where: SQL that selects rows.
    database_only: it is about the whole table, so it is not checked on batches. test: dbt's id of it.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    column: str | None = None
    severity: Severity = Severity.ERROR
    database_only: bool = False
    where: str | None = None
    test: str = ""

    def __str__(self) -> str:
        """The expectation as the contract declares it: column: name(argument, …)."""
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.arguments.items())
        return f"{self.column + ': ' if self.column else ''}{self.name}({arguments})"


@dataclass(frozen=True)
class Verdict:
    """The result of measuring an expectation, whose severity is that of the result: a threshold may make it a warning.

    unexpected: how many of the `measured` rows fail it, None for an expectation of the whole table.
    observed: a few of the unexpected values, or the value of the whole table, as text.
    """

    expectation: Expectation
    met: bool
    unexpected: int | None
    measured: int | None
    observed: str


@dataclass(frozen=True)
class Measurement:
    """One test in one run. measured_at is UTC. arguments: as in the contract, including the column.

    status: pass, warn or fail. gated: whether the gate measured it; reason: why not. element_count: rows
    measured, unexpected_count: rows that fail, both None if rows are not measured. observed_value: of a whole table.
    quarantined: rows moved to quarantine.
    """

    run_id: str
    measured_at: datetime
    test_id: str
    node_id: str
    expectation: str
    column: str | None
    arguments: Mapping[str, Any]
    severity: str
    status: str
    gated: bool
    element_count: int | None
    unexpected_count: int | None
    observed_value: str | None
    failures: int | None
    quarantined: int
    message: str | None
    reason: str | None
