"""What a check found, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ribbon.model import Finding, Severity

__all__ = ["Section"]


@dataclass
class Section:
    """A part of the report. facts: lines for people. findings: each with its remedy. document: the same for programs.

    notes: warnings that name their remedy themselves.
    """

    title: str
    facts: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its name in the JSON document."""
        return self.title.lower().replace(" ", "_")

    @property
    def broken(self) -> bool:
        """Whether something keeps the gate from working."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def fail(self, where: str, what: str, why: str, remedy: str) -> None:
        """Add what keeps the gate from working."""
        self.findings.append(Finding(where, what, why, remedy))

    def warn(self, where: str, what: str, why: str, remedy: str) -> None:
        """Add what may surprise, but leaves the gate working."""
        self.findings.append(Finding(where, what, why, remedy, Severity.WARN))


def listed(names: Mapping[str, int]) -> str:
    """Counts in a line: `3 to mart_sales, 2 to warehouse`."""
    return ", ".join(f"{count:,} {name}" for name, count in names.items())
