"""What a check found, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ribbon.model import Finding, Severity

__all__ = ["Section", "counted", "named"]

# How many names a line has.
NAMED = 5


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


def counted(number: int, noun: str) -> str:
    """1 mart, 2 marts."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def named(names: Sequence[str]) -> str:
    """The first names of many; the JSON document has all."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
