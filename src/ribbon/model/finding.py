"""Anything that is wrong anywhere."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["FAILED", "Finding", "Severity"]

# The statuses with which dbt ends a node that failed.
FAILED = frozenset({"error", "fail", "runtime error"})


class Severity(StrEnum):
    """How much a finding weighs: an error stops publication, a warning is told."""

    ERROR = "error"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    """A failed expectation, a breach of a rule, a drifted column: where, what, why, and what to do."""

    where: str
    what: str
    why: str
    remedy: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """The finding in one paragraph."""
        return f"{self.where}: {self.what}. {self.why}. Remedy: {self.remedy}."
